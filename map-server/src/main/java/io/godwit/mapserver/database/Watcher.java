package io.godwit.mapserver.database;

/** Is told of entries before they change, so that their state of before can be kept. Deadlines are no change. */
public interface Watcher {
    /** Nobody. */
    Watcher NONE = new Watcher() {
        @Override
        public void changes(int entry) {}

        @Override
        public void added(int entry) {}
    };

    /** The entry changes after this. */
    void changes(int entry);

    /** The entry, until now of no use, is used from now on. */
    void added(int entry);
}
