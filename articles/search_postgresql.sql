-- What search_postgresql.py builds, after filling in what stands between the guillemets.

CREATE TEXT SEARCH CONFIGURATION newsroom (COPY = pg_catalog.«language»);
«accents»

-- Latin letters without their accents, as SQLite's tokenizer has it.
CREATE FUNCTION newsroom_fold(words text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT normalize(regexp_replace(normalize(words, NFD), '([A-Za-z])[\u0300-\u036f]+', '\1', 'g'), NFC)
$$;

-- The words of a story, its body without tags. Entities stay: the parser of PostgreSQL reads over them.
CREATE FUNCTION newsroom_text(standfirst text, body text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT standfirst || ' ' || regexp_replace(regexp_replace(body, '«block_end»', ' ', 'g'), '<[^>]*>', '', 'g')
$$;

-- A vector holds at most 1 MB, and what is longer would be an error: the words of so many characters always fit.
CREATE FUNCTION newsroom_vector(standfirst text, body text) RETURNS tsvector IMMUTABLE LANGUAGE sql AS $$
    SELECT setweight(to_tsvector('newsroom', newsroom_fold(left(newsroom_text(standfirst, body), 150000))), 'D')
$$;

CREATE FUNCTION newsroom_names(article bigint) RETURNS text STABLE LANGUAGE sql AS $$
    SELECT concat_ws(' ',
        (SELECT string_agg(name, ' ' ORDER BY position) FROM articles_byline
            JOIN authors_author ON authors_author.id = author_id WHERE article_id = article),
        (SELECT string_agg(name, ' ' ORDER BY id) FROM categories_category WHERE id IN (
            SELECT category_id FROM articles_article WHERE id = article
            UNION SELECT category_id FROM articles_article_listed_in WHERE article_id = article)),
        (SELECT agency FROM articles_article WHERE id = article))
$$;

CREATE TABLE articles_words (
    article_id bigint PRIMARY KEY,
    heading text NOT NULL,
    names text NOT NULL,
    story tsvector NOT NULL,  -- of its own, so that a new name does not read the body again
    document tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('newsroom', newsroom_fold(heading)), 'A')
        || setweight(to_tsvector('newsroom', newsroom_fold(names)), 'B')
        || story
    ) STORED
);
-- In the row, as long as it fits there: a common word has many vectors read, and each from elsewhere costs double.
ALTER TABLE articles_words ALTER COLUMN document SET STORAGE MAIN;
-- The planner knows so many words' frequencies, and goes through the newest stories only for words that many have.
ALTER TABLE articles_words ALTER COLUMN document SET STATISTICS 1000;

-- Who writes a story or its names holds the lock with others until the end of the transaction; who renames somebody
-- holds it alone. So nobody copies a name that another is just changing, and there is one order of locks.

CREATE FUNCTION newsroom_story_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (NEW.kicker, NEW.headline, NEW.standfirst, NEW.body, NEW.agency, NEW.category_id)
        IS NOT DISTINCT FROM (OLD.kicker, OLD.headline, OLD.standfirst, OLD.body, OLD.agency, OLD.category_id)
    THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(hashtext('articles_words'));
    INSERT INTO articles_words (article_id, heading, names, story) VALUES (
        NEW.id, NEW.kicker || ' ' || NEW.headline, newsroom_names(NEW.id), newsroom_vector(NEW.standfirst, NEW.body)
    ) ON CONFLICT (article_id) DO UPDATE
        SET heading = excluded.heading, names = excluded.names, story = excluded.story;
    RETURN NULL;
END $$;

CREATE FUNCTION newsroom_story_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        TRUNCATE articles_words;
    ELSE
        DELETE FROM articles_words WHERE article_id = OLD.id;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION newsroom_name_again(keys bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE articles_words SET names = newsroom_names(article_id)
    WHERE article_id = ANY(keys) AND names <> newsroom_names(article_id)
$$;

CREATE FUNCTION newsroom_names_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('articles_words'));
    PERFORM 1 FROM articles_article WHERE id IN (SELECT article_id FROM changed) ORDER BY id FOR NO KEY UPDATE;
    PERFORM newsroom_name_again(ARRAY(SELECT DISTINCT article_id FROM changed));
    RETURN NULL;
END $$;

CREATE FUNCTION newsroom_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.name = OLD.name THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('articles_words'));
    IF TG_TABLE_NAME = 'authors_author' THEN
        PERFORM newsroom_name_again(ARRAY(SELECT article_id FROM articles_byline WHERE author_id = NEW.id));
    ELSE
        PERFORM newsroom_name_again(ARRAY(
            SELECT id FROM articles_article WHERE category_id = NEW.id
            UNION SELECT article_id FROM articles_article_listed_in WHERE category_id = NEW.id));
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER articles_words_written AFTER INSERT OR UPDATE ON articles_article
    FOR EACH ROW EXECUTE FUNCTION newsroom_story_written();
CREATE TRIGGER articles_words_deleted AFTER DELETE ON articles_article
    FOR EACH ROW EXECUTE FUNCTION newsroom_story_deleted();
CREATE TRIGGER articles_words_emptied AFTER TRUNCATE ON articles_article EXECUTE FUNCTION newsroom_story_deleted();

CREATE TRIGGER articles_words_added AFTER INSERT ON articles_byline
    REFERENCING NEW TABLE AS changed EXECUTE FUNCTION newsroom_names_written();
CREATE TRIGGER articles_words_moved AFTER UPDATE ON articles_byline
    REFERENCING NEW TABLE AS changed EXECUTE FUNCTION newsroom_names_written();
CREATE TRIGGER articles_words_left AFTER UPDATE ON articles_byline
    REFERENCING OLD TABLE AS changed EXECUTE FUNCTION newsroom_names_written();
CREATE TRIGGER articles_words_dropped AFTER DELETE ON articles_byline
    REFERENCING OLD TABLE AS changed EXECUTE FUNCTION newsroom_names_written();

CREATE TRIGGER articles_words_added AFTER INSERT ON articles_article_listed_in
    REFERENCING NEW TABLE AS changed EXECUTE FUNCTION newsroom_names_written();
CREATE TRIGGER articles_words_moved AFTER UPDATE ON articles_article_listed_in
    REFERENCING NEW TABLE AS changed EXECUTE FUNCTION newsroom_names_written();
CREATE TRIGGER articles_words_left AFTER UPDATE ON articles_article_listed_in
    REFERENCING OLD TABLE AS changed EXECUTE FUNCTION newsroom_names_written();
CREATE TRIGGER articles_words_dropped AFTER DELETE ON articles_article_listed_in
    REFERENCING OLD TABLE AS changed EXECUTE FUNCTION newsroom_names_written();

CREATE TRIGGER articles_words_renamed AFTER UPDATE ON authors_author
    FOR EACH ROW EXECUTE FUNCTION newsroom_renamed();
CREATE TRIGGER articles_words_renamed AFTER UPDATE ON categories_category
    FOR EACH ROW EXECUTE FUNCTION newsroom_renamed();

-- The triggers lock out writers until all of this is committed, so nothing is missed.
INSERT INTO articles_words (article_id, heading, names, story)
    SELECT id, kicker || ' ' || headline, newsroom_names(id), newsroom_vector(standfirst, body) FROM articles_article;
CREATE INDEX articles_words_document ON articles_words USING gin (document);
ANALYZE articles_words;

«near»
