set local lock_timeout = '500ms';

drop table keystamp.policy_run;
