"""The knowledge base about the patterns, with sources, and its evaluation. Pure except for reading files."""
