"""Which files a project has, from which packs. Reads nothing, writes nothing."""
