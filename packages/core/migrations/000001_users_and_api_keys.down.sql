drop table keystamp.api_keys;
drop table keystamp.users;
