def url(var_dir): raise NotImplementedError
