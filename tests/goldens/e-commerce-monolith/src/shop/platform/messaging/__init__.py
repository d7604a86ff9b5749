"""Events: their versions, and how they reach whoever follows them."""
