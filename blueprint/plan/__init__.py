"""Plans the files of a project and the packs that they come from, without I/O on the project."""
