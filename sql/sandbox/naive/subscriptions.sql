-- What pglogical reports of this node's subscriptions, and how many tables of each are still being copied.
select reported.subscription_name::text as name, reported.provider_node::text as provider, reported.status, (
  select count(*) from pglogical.local_sync_status
  where sync_subid = subscription.sub_id and sync_status not in ('y', 'r')
)::integer as copying
from pglogical.show_subscription_status() as reported
join pglogical.subscription as subscription on subscription.sub_name = reported.subscription_name
order by 1;
