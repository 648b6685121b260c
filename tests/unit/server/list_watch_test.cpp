// SPDX-License-Identifier: Apache-2.0
#include "server_fixture.hpp"

#include <chrono>

namespace hooklet::server {
namespace {

using namespace std::chrono_literals;

const HttpHeader as_table{"Accept",
                          "application/json;as=Table;v=v1;g=meta.k8s.io,"
                          "application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json"};

struct ListWatch : ServerTest {
    std::string names(const std::string& query) {
        const auto list = json("GET", std::string(maps) + query);
        const api::Node* items = list.find("items");
        if (items == nullptr) return text(list, "message");
        std::string found;
        for (const api::Node& item : *items->as_array())
            found += (found.empty() ? "" : " ") + text(item, "metadata.name");
        return found;
    }
    /// The events of a watch until its timeout: `ADDED a`, and `BOOKMARK end` after all that was there.
    std::string events(const std::string& query, std::vector<HttpHeader> headers = {}) {
        std::string found;
        const auto exchange = ask("GET", std::string(maps) + "?watch=true&" + query, "", std::move(headers));
        for (const std::string& piece : exchange->pieces) {
            const auto event = api::parse_json(piece).value();
            const bool end = piece.contains(R"("annotations":{"k8s.io/initial-events-end":"true"})");
            found += text(event, "type") + " " + (end ? "end" : text(event, "object.metadata.name")) + "\n";
        }
        return found;
    }
};

TEST_F(ListWatch, AnEmptyListIsAListOfNothing) {
    EXPECT_EQ(
        answer("GET", std::string(maps)),
        R"(200 {"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]})");
}

TEST_F(ListWatch, ItemsHaveNoKindAndAreOrdered) {
    ASSERT_EQ(make_map("b"), "201");
    ASSERT_EQ(make_map("a"), "201");
    EXPECT_EQ(names(""), "a b");
    const auto list = json("GET", std::string(maps));
    EXPECT_EQ(list.find("items")->as_array()->front().find("kind"), nullptr);
    EXPECT_EQ(list.find("items")->as_array()->front().find("apiVersion"), nullptr);
    EXPECT_EQ(text(list, "metadata.resourceVersion"), "3");
}

TEST_F(ListWatch, SelectorsChoose) {
    ASSERT_EQ(make_map("a", R"("app":"x")"), "201");
    ASSERT_EQ(make_map("b", R"("app":"y")"), "201");
    EXPECT_EQ(names("?labelSelector=app%3Dx"), "a");
    EXPECT_EQ(names("?labelSelector=app+in+(x,y),app!%3Dx"), "b");
    EXPECT_EQ(names("?fieldSelector=metadata.name%3Db"), "b");
    EXPECT_EQ(names("?fieldSelector=metadata.name!%3Db"), "a");
    EXPECT_EQ(names("?fieldSelector=spec.foo%3Db"),
              R"("spec.foo" is not a known field selector: only "metadata.name", "metadata.namespace")");
    EXPECT_EQ(names("?fieldSelector=spec.foo"), "invalid selector: 'spec.foo'; can't understand 'spec.foo'");
}

TEST_F(ListWatch, PagesShowOneState) {
    for (const char* name : {"a", "b", "c"}) ASSERT_EQ(make_map(name), "201");
    EXPECT_EQ(verdict("GET", std::string(maps) + "?limit=many"),
              "400 BadRequest: limit: parsing \"many\": invalid syntax");
    EXPECT_EQ(verdict("GET", std::string(maps) + "?watch=1&timeoutSeconds=1s"),
              "400 BadRequest: timeoutSeconds: parsing \"1s\": invalid syntax");
    const auto first = json("GET", std::string(maps) + "?limit=2");
    EXPECT_EQ(text(first, "metadata.remainingItemCount"), "1");
    ASSERT_EQ(make_map("d"), "201");
    const auto second =
        json("GET", std::string(maps) + "?limit=2&continue=" + text(first, "metadata.continue"));
    EXPECT_EQ(text(second, "metadata.resourceVersion"), text(first, "metadata.resourceVersion"));
    EXPECT_EQ(second.find("items")->as_array()->size(), 1U);
    EXPECT_EQ(text(second, "metadata.continue"), "-");
}

TEST_F(ListWatch, VersionsAreCheckedWithTheApisTexts) {
    EXPECT_EQ(verdict("GET", std::string(maps) + "?resourceVersion=abc"),
              "400 BadRequest: invalid resource version: resourceVersion: Invalid value: \"abc\": "
              "strconv.ParseUint: parsing \"abc\": invalid syntax");
    EXPECT_EQ(verdict("GET", std::string(maps) + "?resourceVersionMatch=Exact"),
              R"(422 Invalid: ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: )"
              "resourceVersionMatch is forbidden unless resourceVersion is provided");
    const auto late = ask("GET", std::string(maps) + "?resourceVersion=9");
    EXPECT_EQ(late->reply.status, 504);
    EXPECT_EQ(late->header("Retry-After"), "1");
    EXPECT_EQ(text(api::parse_json(late->reply.body).value(), "message"),
              "Too large resource version: 9, current: 1");
    EXPECT_EQ(verdict("GET", std::string(maps) + "?continue=x").substr(0, 36),
              "400 BadRequest: invalid continue tok");
}

TEST_F(ListWatch, AWatchShowsWhatIsThereAndWhatHappens) {
    ASSERT_EQ(make_map("a"), "201");
    EXPECT_EQ(events("timeoutSeconds=5"), "ADDED a\n");
    EXPECT_EQ(events("timeoutSeconds=5&resourceVersion=2"), "");
    ASSERT_EQ(make_map("b"), "201");
    ASSERT_EQ(verdict("DELETE", path(maps, "a")), "200");
    EXPECT_EQ(events("timeoutSeconds=5&resourceVersion=2"), "ADDED b\nDELETED a\n");
    EXPECT_EQ(events("timeoutSeconds=5&allowWatchBookmarks=true&resourceVersion=4"), "BOOKMARK -\n");
}

TEST_F(ListWatch, BeyondTheLimitClientsAreAskedToComeAgain) {
    ApiServer full({services, json_as_yaml, nullptr, nullptr}, {}, 0);
    FakeExchange list({"GET", std::string(maps), {}, "", {}});
    loop.run(full.handle(&list));
    EXPECT_EQ(list.reply.status, 429);
    EXPECT_EQ(list.header("Retry-After"), "1");
    EXPECT_EQ(text(api::parse_json(list.reply.body).value(), "reason"), "TooManyRequests");

    FakeExchange watch({"GET", std::string(maps) + "?watch=1&timeoutSeconds=1", {}, "", {}});
    loop.run(full.handle(&watch));
    EXPECT_EQ(watch.reply.status, 200) << "watches do not count";

    ApiServer one({services, json_as_yaml, nullptr, nullptr}, {}, 1);
    for (int i = 0; i < 3; ++i) {
        FakeExchange again({"GET", std::string(maps), {}, "", {}});
        loop.run(one.handle(&again));
        EXPECT_EQ(again.reply.status, 200) << "what is over does not count";
    }
}

TEST_F(ListWatch, AWatchIsSentAtOnceAndInLines) {
    ASSERT_EQ(make_map("a"), "201");
    const auto watch = ask("GET", std::string(maps) + "?watch=1&timeoutSeconds=1");
    EXPECT_EQ(watch->reply.status, 200);
    EXPECT_EQ(watch->header("Content-Type"), "application/json");
    ASSERT_EQ(watch->pieces.size(), 1U);
    EXPECT_EQ(watch->pieces.front(), fmt::format("{{\"type\":\"ADDED\",\"object\":{}}}\n",
                                                 answer("GET", path(maps, "a")).substr(4)));
    EXPECT_TRUE(watch->finished);
}

TEST_F(ListWatch, AWatchEndsWhenTheClientHasGone) {
    FakeExchange exchange(HttpServerRequest{"GET", std::string(maps) + "?watch=true", {}, "", {}});
    const Timer gone = loop.clock().after(7s, [&exchange] { exchange.hang_up(); });
    loop.run(server().handle(&exchange));
    EXPECT_EQ(loop.clock().elapsed() / 1s, 7);
}

TEST_F(ListWatch, AWatchOfThePastIsToldSoInTheStream) {
    ASSERT_EQ(make_map("a"), "201");
    // After a restart the history begins anew.
    store::ObjectStore again(&storage, &loop.clock(), loop.executor(), {});
    ASSERT_TRUE(loop.run(again.load()));
    services.objects = &again;
    const auto watch = ask("GET", std::string(maps) + "?watch=true&resourceVersion=1");
    EXPECT_EQ(watch->reply.status, 200);
    ASSERT_EQ(watch->pieces.size(), 1U);
    const auto event = api::parse_json(watch->pieces.front()).value();
    EXPECT_EQ(text(event, "type"), "ERROR");
    EXPECT_EQ(text(event, "object.code"), "410");
    EXPECT_EQ(text(event, "object.message"), "too old resource version: 1 (2)");
    loop.run(again.stop());
    services.objects = &objects;
}

TEST_F(ListWatch, AWatchMayBeginAsAList) {
    for (const char* name : {"a", "b"}) ASSERT_EQ(make_map(name), "201");
    const std::string whole = "ADDED a\nADDED b\nBOOKMARK end\nBOOKMARK -\n";
    struct Row {
        const char* query;
        std::string expected;
    };
    for (const Row& row : {
             Row{"sendInitialEvents=true&allowWatchBookmarks=true", whole},
             Row{"sendInitialEvents=1&allowWatchBookmarks=true&resourceVersion=0", whole},
             Row{"sendInitialEvents=true&allowWatchBookmarks=true&resourceVersion=2", whole},
             Row{"sendInitialEvents=true&allowWatchBookmarks=true&labelSelector=app",
                 "BOOKMARK end\nBOOKMARK -\n"},
             Row{"sendInitialEvents=true&allowWatchBookmarks=true&fieldSelector=metadata.name%3Db",
                 "ADDED b\nBOOKMARK end\nBOOKMARK -\n"},
             Row{"sendInitialEvents=true", "ADDED a\nADDED b\n"},
             Row{"sendInitialEvents=false", ""},
             Row{"sendInitialEvents=false&resourceVersion=0", ""},
             Row{"sendInitialEvents=false&resourceVersion=2", "ADDED b\n"},
         }) {
        const std::string query = "timeoutSeconds=5&resourceVersionMatch=NotOlderThan&";
        EXPECT_EQ(events(query + row.query), row.expected) << row.query;
    }
}

const std::string watch_list =
    "?watch=true&timeoutSeconds=5&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&"
    "allowWatchBookmarks=true";

TEST_F(ListWatch, AWatchListTellsWhereItsListEnds) {
    ASSERT_EQ(make_map("a"), "201");
    const auto watch = ask("GET", std::string(maps) + watch_list);
    ASSERT_EQ(watch->pieces.size(), 3U);
    EXPECT_EQ(watch->pieces[1], R"({"type":"BOOKMARK","object":{"kind":"ConfigMap","apiVersion":"v1",)"
                                R"("metadata":{"resourceVersion":"2",)"
                                R"("annotations":{"k8s.io/initial-events-end":"true"}}}})"
                                "\n");
    EXPECT_FALSE(watch->pieces[2].contains("annotations"));
    const auto late = ask("GET", std::string(maps) + watch_list + "&resourceVersion=9");
    ASSERT_EQ(late->pieces.size(), 1U);
    const auto error = api::parse_json(late->pieces.front()).value();
    EXPECT_EQ(text(error, "type"), "ERROR");
    EXPECT_EQ(text(error, "object.code"), "504");
    EXPECT_EQ(text(error, "object.message"), "Too large resource version: 9, current: 2");
}

TEST_F(ListWatch, AWatchListIsNoTable) {
    ASSERT_EQ(make_map("a"), "201");
    const auto watch = ask("GET", std::string(maps) + watch_list, "", {as_table});
    ASSERT_EQ(watch->pieces.size(), 3U);
    EXPECT_EQ(text(api::parse_json(watch->pieces[0]).value(), "object.kind"), "ConfigMap");
    EXPECT_EQ(verdict("GET", std::string(maps) + watch_list, "",
                      {{"Accept", "application/json;as=Table;v=v1;g=meta.k8s.io"}})
                  .substr(0, 17),
              "406 NotAcceptable");
}

TEST_F(ListWatch, OptionsOfAWatchThatDoNotFitAreRefused) {
    const std::string invalid = R"(422 Invalid: ListOptions.meta.k8s.io "" is invalid: )";
    struct Row {
        const char* query;
        std::string expected;
    };
    for (const Row& row : {
             Row{"watch=true&sendInitialEvents=true",
                 invalid + "resourceVersionMatch: Forbidden: sendInitialEvents requires setting "
                           "resourceVersionMatch to NotOlderThan"},
             Row{"watch=true&resourceVersion=1&resourceVersionMatch=NotOlderThan",
                 invalid + "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch "
                           "unless sendInitialEvents is provided"},
             Row{"watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan&continue=x",
                 invalid + "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when "
                           "continue is provided"},
             Row{"sendInitialEvents=true",
                 invalid + "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list"},
             Row{"watch=true&resourceVersion=abc",
                 "500 InternalError: resourceVersion: Invalid value: \"abc\": strconv.ParseUint: parsing "
                 "\"abc\": invalid syntax"},
         }) {
        EXPECT_EQ(verdict("GET", std::string(maps) + "?" + row.query), row.expected) << row.query;
    }
}

// Tables.

TEST_F(ListWatch, ATableHasColumnsAndRows) {
    ASSERT_EQ(make_map("a"), "201");
    const auto table = json("GET", std::string(maps), "", {as_table});
    EXPECT_EQ(text(table, "kind"), "Table");
    EXPECT_EQ(text(table, "apiVersion"), "meta.k8s.io/v1");
    EXPECT_EQ(text(table, "metadata.resourceVersion"), "2");
    const auto& columns = *table.find("columnDefinitions")->as_array();
    EXPECT_EQ(text(columns.front(), "name"), "Name");
    EXPECT_EQ(text(columns.front(), "format"), "name");
    const api::Node& row = table.find("rows")->as_array()->front();
    EXPECT_EQ(*row.find("cells")->as_array()->front().as_string(), "a");
    EXPECT_EQ(text(row, "object.kind"), "PartialObjectMetadata");
    EXPECT_EQ(text(row, "object.metadata.name"), "a");
    EXPECT_EQ(text(row, "object.data"), "-");
    EXPECT_EQ(row.find("cells")->as_array()->size(), columns.size());
}

TEST_F(ListWatch, ARowCarriesWhatIsAskedFor) {
    ASSERT_EQ(make_map("a"), "201");
    const auto row = [this](const std::string& query) {
        return json("GET", path(maps, "a") + query, "", {as_table}).find("rows")->as_array()->front();
    };
    EXPECT_EQ(text(row("?includeObject=Object"), "object.data.k"), "v");
    EXPECT_EQ(text(row("?includeObject=None"), "object"), "null");
    EXPECT_EQ(
        verdict("GET", path(maps, "a") + "?includeObject=Nope", "", {as_table}),
        R"(400 BadRequest: Unable to convert to Table as requested: includeObject: Invalid value: "Nope": )"
        "must be 'Metadata', 'Object', 'None', or empty");
}

TEST_F(ListWatch, OnlyTheFirstTableOfAWatchHasColumns) {
    ASSERT_EQ(make_map("a"), "201");
    ASSERT_EQ(make_map("b"), "201");
    const auto watch = ask("GET", std::string(maps) + "?watch=true&timeoutSeconds=1", "", {as_table});
    ASSERT_EQ(watch->pieces.size(), 2U);
    EXPECT_NE(text(api::parse_json(watch->pieces[0]).value(), "object.columnDefinitions"), "null");
    EXPECT_EQ(text(api::parse_json(watch->pieces[1]).value(), "object.columnDefinitions"), "null");
}

TEST_F(ListWatch, MetadataAlone) {
    ASSERT_EQ(make_map("a"), "201");
    const HttpHeader accept{"Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"};
    const auto list = json("GET", std::string(maps), "", {accept});
    EXPECT_EQ(text(list, "kind"), "PartialObjectMetadataList");
    EXPECT_EQ(text(list.find("items")->as_array()->front(), "data"), "-");
}

TEST_F(ListWatch, WhatNobodyReadsIsNotAcceptable) {
    EXPECT_EQ(verdict("GET", std::string(maps), "", {{"Accept", "text/html"}}),
              "406 NotAcceptable: 406: Not Acceptable\n\nAvailable representations: application/json, "
              "application/yaml, application/vnd.kubernetes.protobuf");
    for (const char* accept : {"*/*", "application/vnd.kubernetes.protobuf, */*", "application/yaml",
                               "text/html, application/json;q=0.9", ""}) {
        EXPECT_EQ(verdict("GET", std::string(maps), "", {{"Accept", accept}}), "200") << accept;
    }
}

}  // namespace
}  // namespace hooklet::server
