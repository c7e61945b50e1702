"""Rules on seeds and prompt templates, and the dialect `seedling`, whose folder lies in this package."""
