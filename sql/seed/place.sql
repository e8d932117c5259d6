-- Which server this is, and on which timeline.
select tributary.place() as place;
