project = "A course"
author = "A lecturer"
extensions = ["symnet.sphinx", "myst_parser"]
exclude_patterns = ["_build"]
