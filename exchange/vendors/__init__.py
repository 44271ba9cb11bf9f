"""Each vendor's own ways: parameters, XML, REST, texts. Neither knows the other."""
