"""A website of the owner becomes pieces that may answer. `crawl.crawl` reads it politely; the child process of a source calls it. No models, no database."""
