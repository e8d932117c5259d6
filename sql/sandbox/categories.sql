-- The categories of one office.
-- $1: text  the office
insert into public.category (id, office, name, summary, position)
select md5($1::text || '/' || name)::uuid, $1::text, name, summary, position
from (
  values
    (1, 'Water supply', 'Wells, hand pumps, pipes and tanks: building, testing, repair.'),
    (2, 'Roads and bridges', 'Inspection after rain, culverts, gravel, load limits.'),
    (3, 'Schools', 'Buildings, enrolment, meals and transport.'),
    (4, 'Clinics', 'Cold chain, stock, referrals and outreach days.'),
    (5, 'Agriculture', 'Seed, pests, storage and market days.'),
    (6, 'Emergencies', 'Who calls whom, what is where, and what comes first.')
) as given (position, name, summary);
