"""Where things lie: the object store, the manifests, the rule files and the results database."""
