-- Subscribes to the node below, with pglogical's own first copy, and passes on what comes from further below.
-- $1: name  the subscription
-- $2: text  how the node below is reached
select pglogical.create_subscription(
  subscription_name := $1::name, provider_dsn := $2::text, replication_sets := '{knowledge}',
  synchronize_structure := false, synchronize_data := true, forward_origins := '{all}'
);
