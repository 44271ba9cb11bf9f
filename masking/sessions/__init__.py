"""Sessions: people of somebody's app, who call and text each other through masked numbers."""
