"""Actions, the workflows made of them, and the durable tasks that carry them out."""
