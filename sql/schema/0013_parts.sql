-- describe() tells parts of itself, which are much less work; functions that took other parameters.
drop function if exists tributary.is_leaf_intact(text, regclass);
