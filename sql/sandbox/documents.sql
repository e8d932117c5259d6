-- Documents of one office with their attachments: mostly a few pages, each tenth of 10 to 60 KB.
-- $1: text  the office
-- $2: integer  how many
-- $3: text  their status
-- $4: text  a line at the end of each body; empty for none
with sentence (texts) as (
  select array[
    'Check the seal before you open the valve, and write down the reading.',
    'Two people are needed for this, one of whom has done it before.',
    'If the ground is wet, wait a day: a wheel that sinks in does more damage than the delay.',
    'The spare parts are kept in the store behind the office; the list hangs inside the door.',
    'Ask the village head first, and agree on the day together.',
    'A photograph of the finished work belongs to the report, with date and place.',
    'Boil a sample for ten minutes and compare it with the untreated one.',
    'Where the crack is wider than a finger, close the road and call the district engineer.',
    'Chlorine loses its strength in the sun; buy it in small amounts and store it in the dark.',
    'The form has three copies: one stays here, one goes to the region, one to the treasurer.',
    'Last year this took four hours, most of them for the drive.',
    'Do not tighten the upper bolt before the lower one sits firmly.',
    'During the rains the ferry runs only in the morning, so plan the way back.',
    'Teachers report on Monday how many children came, and why the others did not.',
    'The refrigerator must stay between two and eight degrees; outside that range, discard the batch.',
    'Seed of the second year germinates badly, and is for fodder only.',
    'Keep receipts below the limit in one envelope for each month.',
    'If nobody answers on the first number, do not wait: use the radio.',
    'Measure the depth at three places and note the lowest figure.',
    'Clear the drain on both sides, since water finds the side that was left.',
    'This replaces the instruction of the year before, which named the wrong filter.',
    'A locked gate is no reason to turn back; the key is with the neighbour.',
    'Mark the place with two stones and a ribbon, so that the driver finds it at dusk.',
    'The contractor is paid after the second inspection, not before.',
    'Count what is on the shelf, not what the book says.',
    'Explain it in the local language, and let somebody repeat it in their own words.',
    'Grain with more than thirteen per cent of moisture spoils within the month.',
    'When in doubt, stop, and ask: nothing here is so urgent that it may not wait for an answer.',
    'The bridge carries eight tonnes; loaded lorries go round by the ford.',
    'Put the old part into the box for the workshop: most can be mended.'
  ]
),
subject (verbs, things) as (
  select
    array['Inspecting', 'Repairing', 'Replacing', 'Ordering', 'Recording', 'Preparing', 'Handing over', 'Storing'],
    array['a hand pump', 'the water tank', 'a culvert', 'the school kitchen', 'vaccine carriers',
          'seed stocks', 'the radio mast', 'a gravel road', 'the clinic''s stock', 'the rain gauge',
          'market stalls', 'a footbridge']
),
document as (
  select before + one as number, gen_random_uuid()::text as seed
  from generate_series(1, $2::integer) as one,
    (select count(*)::integer from public.document where office = $1::text) as written (before)
),
sized as (
  select number, seed,
    -- About 75 bytes a sentence, five sentences a paragraph.
    case
      when number % 10 = 0 then 27 + abs(hashtext(seed || 'long')) % 130
      else 3 + abs(hashtext(seed || 'short')) % 12
    end as paragraphs
  from document
),
written as (
  select number, seed, paragraphs, (
    select string_agg(
      (
        select string_agg(texts[1 + abs(hashtext(seed || paragraph || '.' || place)) % cardinality(texts)], ' ' order by place)
        from generate_series(1, 5) as place
      ),
      E'\n\n' order by paragraph
    )
    from generate_series(1, paragraphs) as paragraph
  ) as body
  from sized, sentence
),
inserted as (
  insert into public.document (id, office, category_id, title, body, status, keywords, reading_minutes, revised_at)
  select seed::uuid, $1::text,
    (select id from public.category where office = $1::text and position = 1 + number % 6),
    format('%s %s (%s no. %s)', verbs[1 + abs(hashtext(seed || 'verb')) % cardinality(verbs)],
      things[1 + abs(hashtext(seed || 'thing')) % cardinality(things)], $1::text, number),
    concat_ws(E'\n\n', body, nullif($4::text, '')), $3::text,
    array['field guide', 'page ' || paragraphs], round(paragraphs * 0.4, 1),
    timestamptz '2025-01-06 08:00:00.123456+00' + number * interval '7 hours 13 minutes'
  from written, subject
)
insert into public.attachment (document_id, position, office, file_name, media_type, content, approved, internal_note)
select seed::uuid, position, $1::text, format('sheet-%s-%s.bin', number, position), 'application/octet-stream',
  (select string_agg(decode(md5(seed || position || block), 'hex'), '' order by block)
   from generate_series(1, 40 + abs(hashtext(seed || 'size')) % 400) as block),
  $3::text = 'approved', 'scanned in the office; names of the callers on the back'
from document, generate_series(1, 2) as position
where number % 3 = 0;
