"""What can be built: the packs, and what each says about itself."""
