package io.godwit.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RendererTest {
    private static final long NOW = 1_800_000_000_000L;

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    private static String render(String object, String text) {
        return new Renderer(Style.PLAIN, NOW).render(object, json(text));
    }

    @Test
    void shouldShowAMapCacheAsNetworkEngineersKnowIt() {
        assertThat(render("map-cache", """
            [{'eid':'10.1.0.5/32','locators':[
                {'address':'192.0.2.1','priority':1,'weight':100,'reachable':true},
                {'address':'2001:db8::1','priority':255,'weight':0,'reachable':false}],
              'action':'','usable':true,'authoritative':true,
              'sinceMillis':1799999920000,'expiresInSeconds':86320,'packets':1234},
             {'eid':'[7]10.2.0.0/16','locators':[],'action':'natively-forward','usable':false,
              'authoritative':false,'sinceMillis':1799999999000,'expiresInSeconds':899,'packets':0}]
            """)).isEqualTo("""
                LISP map-cache, 2 entries

                10.1.0.5/32, uptime: 00:01:20, expires: 23:58:40, via map-reply, auth, 1234 packets
                  Locator      State  Pri/Wgt
                  192.0.2.1    up     1/100
                  2001:db8::1  down   255/0

                [7]10.2.0.0/16, uptime: 00:00:01, expires: 00:14:59, via map-reply
                  Negative cache entry, action: natively-forward
                """);
    }

    @Test
    void shouldShowRegistrationsWithoutWhatWouldBeTooWide() {
        assertThat(render("registrations", """
            {'registrations':[
              {'site':'cloud-a','eid':'10.1.0.5/32',
               'locators':[{'address':'192.0.2.1','priority':1,'weight':50,'reachable':true},
                           {'address':'192.0.2.2','priority':1,'weight':50,'reachable':false}],
               'xtrId':'0011','source':'192.0.2.1:4342','registeredSince':'2027-01-15T07:00:00Z',
               'lastRefresh':'2027-01-15T07:59:48.500Z','expiresInSeconds':168,'proxyReply':true,
               'merge':false,'keyId':1,'ttlMinutes':1440}],
             'mappings':1,
             'refusals':[{'site':'cloud-b','reason':'wrong-mac','count':3,'lastSource':'192.0.2.9:4342',
               'lastTime':'2027-01-15T07:59:00Z','explanation':'the key differs'}]}
            """)).isEqualTo("""
                Mappings  1

                Registrations
                  Site     EID          Locators             Source          Registered since  Last refresh  Expires in
                  cloud-a  10.1.0.5/32  192.0.2.1 1/50       192.0.2.1:4342  01:00:00          00:00:11      00:02:48
                                        192.0.2.2 1/50 down

                Refusals
                  Site     Reason     Count  Last source     Last time  Explanation
                  cloud-b  wrong-mac      3  192.0.2.9:4342  00:01:00   the key differs
                """);
    }

    @Test
    void shouldShowAStatusAsFieldsAndTables() {
        assertThat(render("status", """
            {'role':'xtr','name':'xtr-a','xtrId':'00ff','uptimeSeconds':93784,
             'rlocs':[{'address':'192.0.2.1','priority':1,'weight':100,'reachable':true}],
             'mapResolvers':['192.0.2.53','2001:db8::53'],
             'mapServers':[{'address':'192.0.2.54','key':'key 1','answering':false,'lastNotifyMillis':0}],
             'instances':[],'localEids':2}
            """)).isEqualTo("""
                Role           xtr
                Name           xtr-a
                xTR ID         00ff
                Uptime         1d02:03:04
                Map resolvers  192.0.2.53, 2001:db8::53
                Instances      -
                Local EIDs     2

                RLOCs
                  Address    Priority  Weight  Reachable
                  192.0.2.1         1     100  yes

                Map servers
                  Address     Key    Answering  Last notify
                  192.0.2.54  key 1  no         -
                """);
    }

    @Test
    void shouldShowADatabaseWithoutEmptyColumns() {
        assertThat(render("database", """
            [{'eid':'10.1.0.0/24','kind':'static','state':'local','sinceMillis':0,'mac':'','locators':[]},
             {'eid':'10.1.0.5/32','kind':'dynamic','state':'away','sinceMillis':1799999995000,'mac':'',
              'locators':[{'address':'192.0.2.2','priority':1,'weight':100,'reachable':true}]}]
            """)).isEqualTo("""
                EID          Kind     State  Uptime    Locators
                10.1.0.0/24  static   local  -         -
                10.1.0.5/32  dynamic  away   00:00:05  192.0.2.2 1/100
                """);
        assertThat(render("database", "[]")).isEqualTo("none\n");
    }

    @Test
    void shouldShowCountersWithoutThoseAtZero() {
        String counters = "{'dataPlane':{'encapsulated':120000,'dropTtl':7,'dropMtu':0},'control':{'mapReplies':0}}";
        assertThat(render("counters", counters)).isEqualTo("""
            Data plane
              encapsulated  120000
              dropTtl            7
              (1 at zero)

            Control
              (1 at zero)
            """);
    }

    @Test
    void shouldShowTheRatesOfCountersThatGrow() {
        Renderer renderer = new Renderer(Style.PLAIN, NOW).since(json("{'a':{'sent':1000,'lost':3}}"), 2);
        assertThat(renderer.render("counters", json("{'a':{'sent':3000,'lost':3}}")))
                .isEqualTo("""
                    A
                      sent  3000  +1000/s
                      lost     3
                    """);
    }

    @Test
    void shouldColourOnlyATerminalWhoseUserDoesNotMind() {
        assertThat(Style.of(Map.of(), true)).isEqualTo(Style.COLOUR);
        assertThat(Style.of(Map.of(), false)).isEqualTo(Style.PLAIN);
        assertThat(Style.of(Map.of("NO_COLOR", "1"), true)).isEqualTo(Style.PLAIN);
        assertThat(Style.of(Map.of("TERM", "dumb"), true)).isEqualTo(Style.PLAIN);
    }

    @Test
    void shouldNotLetColoursShiftColumns() {
        String plain = render("database", "[{'eid':'a','state':'local'},{'eid':'bbb','state':'away'}]");
        String coloured = new Renderer(Style.COLOUR, NOW)
                .render("database", json("[{'eid':'a','state':'local'},{'eid':'bbb','state':'away'}]"));
        assertThat(coloured).contains("\u001b[32mlocal\u001b[0m");
        assertThat(coloured.replaceAll("\u001b\\[[0-9]+m", "")).isEqualTo(plain);
    }
}
