package io.godwit.lab.demo;

/** Of the numbered UDP. */
enum Direction {
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

    String title() {
        return title;
    }

    String sender() {
        return sender;
    }

    String receiver() {
        return receiver;
    }
}
