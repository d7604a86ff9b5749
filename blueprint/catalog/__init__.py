"""The catalog: available packs and their manifests."""
