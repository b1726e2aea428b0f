package io.godwit.lab.demo;

/** Of the numbered UDP. */
public enum Direction {
    TO_VM("client to VM", "client", "guest"),
    FROM_VM("VM to client", "guest", "client");

    private final String title;
    private final String sender;
    private final String receiver;

    Direction(String title, String sender, String receiver) {
        this.title = title;
        this.sender = sender;
        this.receiver = receiver;
    }

    public String title() {
        return title;
    }

    public String sender() {
        return sender;
    }

    public String receiver() {
        return receiver;
    }
}
