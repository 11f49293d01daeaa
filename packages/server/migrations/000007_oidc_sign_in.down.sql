set local lock_timeout = '500ms';

drop table keystamp.oidc_sign_ins;
drop table keystamp.oidc_subjects;
