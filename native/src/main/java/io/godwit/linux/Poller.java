package io.godwit.linux;

/** Waits for readability (epoll + eventfd). */
public interface Poller extends AutoCloseable {
    /**
     * Returns when a source is readable, {@link #wakeUp} was called since the last return, or the time is up.
     *
     * @param timeoutMillis 0 only looks; -1 waits for ever
     * @return whether something became readable or a wake-up came
     */
    boolean await(int timeoutMillis);

    /** One that the last {@link #await} found readable: its place among the sources that it waits for; -1 when there was none. */
    int readable();

    /**
     * Until the next {@link #await} sources need not tell anything: whoever waits is going to look by itself. A source that nobody waits for costs less time of
     * whoever fills it.
     */
    void ignore();

    /** From any thread; never blocks; remembered when nobody waits. */
    void wakeUp();

    @Override
    void close();
}
