// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::cli {
namespace {

using testing::HasSubstr;

struct Refused {
    std::vector<std::string> args;
    std::string complaint;
};

const Refused refused[] = {
    {{},
     "a command is missing; the commands are run, agent, kubeconfig, "
     "apply, get, describe, logs, exec, delete, wait, events, image, version"},
    {{"rum", "pod.yaml"},
     "unknown command \"rum\"; the commands are run, agent, kubeconfig, "
     "apply, get, describe, logs, exec, delete, wait, events, image, version"},
    {{"--root", "/tmp/x", "start"}, "unknown command \"start\""},
    {{"get", "pods", "-o", "xml"},
     "\"xml\" is no output; there are wide, json, yaml, name, jsonpath=TEMPLATE, go-template=TEMPLATE, "
     "either "
     "with -file=FILE, and custom-columns=NAME:PATH,..."},
    {{"get", "pods", "-o", "json=x"}, "\"json=x\" is no output"},
    {{"apply", "view-last-applied", "pod", "a", "-o", "name"},
     "--output: expected yaml or json, not \"name\"\n"},
    {{"apply", "view-last-applied", "pod", "a", "--server-side"},
     "--server-side: is no option of view-last-applied\n"},
    {{"apply", "a.yaml"},
     "unknown command \"a.yaml\"; the commands are view-last-applied, set-last-applied\n"},
    {{"wait", "pod/a", "--for", "Ready"}, "unrecognized condition: \"Ready\""},
    {{"delete", "pod", "a", "--timeout", "soon"}, "\"soon\" is not a duration such as 30s, 1m30s or 500ms"},
    {{"exec", "pod"}, "COMMAND is required"},
    {{"image"}, "a command is missing; the commands are load, pull, list"},
    {{"image", "push", "x"}, "unknown command \"push\"; the commands are load, pull, list"},
    {{"image", "load"}, "FILE.tar is required"},
    {{"run"}, "FILE is required"},
    {{"run", "a.yaml", "--untli", "ready"}, "hooklet: unknown option --untli\n"},
    {{"run", "a.yaml", "--for"}, "hooklet: --for needs a value\n"},
    {{"run", "a.yaml", "--for", "1s", "--for", "2s"}, "hooklet: --for is given more than once\n"},
    {{"image", "load", "a.tar", "b.tar"}, "hooklet: unexpected argument \"b.tar\"\n"},
    {{"image", "--zzz", "list"}, "hooklet: unknown option --zzz\n"},
    {{"run", "a.yaml", "--until", "soon"},
     "hooklet: --until: expected running, ready or completed, not \"soon\"\n"},
    {{"run", "a.yaml", "--until", "1"}, "--until: expected running, ready or completed, not \"1\"\n"},
    {{"run", "a.yaml", "--quiet=maybe"}, "hooklet: --quiet: expected true or false, not \"maybe\"\n"},
    {{"run", "a.yaml", "--for", "10"}, "\"10\" is not a duration such as 30s, 1m30s or 500ms"},
    {{"run", "a.yaml", "--for", "-3s"}, "is not a duration"},
    {{"run", "a.yaml", "--grace-period", "-1"},
     "--grace-period: expected a whole number of 0 or more, not \"-1\"\n"},
    {{"run", "a.yaml", "--grace-period", "1.5"}, "expected a whole number of 0 or more, not \"1.5\"\n"},
    {{"run", "a.yaml", "--grace-period", "99999999999999999999"}, "expected a whole number of 0 or more"},
    {{"run", "a.yaml", "-o", "xml"}, "--output: expected text or json, not \"xml\"\n"},
    {{"run", "a.yaml", "--hook-http-status", "200"},
     "--hook-http-status: expected success or any, not \"200\"\n"},
    {{"delete", "pod", "a", "-o", "xml"}, "--output: expected name, not \"xml\"\n"},
    {{"delete", "pod", "a", "--grace-period", "x"}, "expected a whole number of -1 or more, not \"x\"\n"},
    {{"logs", "a", "--tail", "ten"}, "--tail: expected a whole number of -1 or more, not \"ten\"\n"},
    {{"events", "--types", "Bad"}, "--types: expected Normal or Warning, not \"Bad\"\n"},
    {{"run", "a.yaml", "--runtime", "docker"}, "use auto or unix:///path/to/cri.sock"},
    {{"agent", "--listen", "6443"}, "\"6443\" is not an address and a port such as 127.0.0.1:6443"},
    {{"agent", "--listen", "127.0.0.1:66000"}, "is not an address and a port"},
    {{"agent", "file.yaml"}, "unexpected argument \"file.yaml\"\n"},
    {{"agent", "--image-gc-high-threshold", "101"},
     "--image-gc-high-threshold: expected a whole number from 0 to 100, not \"101\"\n"},
    {{"agent", "--max-parallel-image-pulls", "-1"}, "expected a whole number of 0 or more, not \"-1\"\n"},
    {{"agent", "--cluster-dns", "10.0.0.1,dns"}, "--cluster-dns: expected an IPv4 address, not \"dns\"\n"},
    {{"version", "--runtime", "unix://"}, "use auto or unix:///path/to/cri.sock"},
};

TEST(Parse, refuses_with_words_that_help) {
    for (const Refused& c : refused) {
        const auto parsed = parse(c.args);
        const auto* answer = std::get_if<Answer>(&parsed);
        ASSERT_NE(answer, nullptr) << c.complaint;
        EXPECT_EQ(answer->exit_code, exit_bad_input);
        EXPECT_THAT(answer->err, HasSubstr(c.complaint));
        EXPECT_THAT(answer->err, testing::EndsWith("--help' for how it is used.\n"));
    }
}

TEST(Parse, names_the_command_whose_help_to_read) {
    EXPECT_THAT(std::get<Answer>(parse({"image", "load"})).err, HasSubstr("Run 'hooklet image load --help'"));
    EXPECT_THAT(std::get<Answer>(parse({"rum"})).err, HasSubstr("Run 'hooklet --help'"));
}

TEST(Parse, help_is_an_answer) {
    const Answer all = std::get<Answer>(parse({"--help"}));
    EXPECT_EQ(all.exit_code, exit_ok);
    EXPECT_THAT(all.out, HasSubstr("image"));
    const Answer run = std::get<Answer>(parse({"run", "--help"}));
    EXPECT_EQ(run.exit_code, exit_ok);
    EXPECT_THAT(run.out, HasSubstr("130  interrupted"));
    EXPECT_THAT(run.out, HasSubstr("--until"));
}

TEST(Parse, help_fits_into_80_columns) {
    const std::vector<std::vector<std::string>> commands = {{},
                                                            {"run"},
                                                            {"agent"},
                                                            {"kubeconfig"},
                                                            {"apply"},
                                                            {"apply", "view-last-applied"},
                                                            {"apply", "set-last-applied"},
                                                            {"get"},
                                                            {"describe"},
                                                            {"logs"},
                                                            {"exec"},
                                                            {"delete"},
                                                            {"wait"},
                                                            {"events"},
                                                            {"image"},
                                                            {"image", "load"},
                                                            {"image", "pull"},
                                                            {"image", "list"},
                                                            {"version"}};
    for (std::vector<std::string> args : commands) {
        args.push_back("--help");
        std::istringstream lines(std::get<Answer>(parse(args)).out);
        for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
    }
}

TEST(Parse, takes_what_is_right) {
    const std::vector<std::vector<std::string>> good = {
        {"version"},
        {"run", "a.yaml", "b.json", "-", "dir"},
        {"--root", "/tmp/x", "run", "a.yaml"},
        {"run", "a.yaml", "--root", "/tmp/x", "--runtime", "unix:///run/containerd/containerd.sock"},
        {"run", "--until", "ready", "--for", "1m30s", "--grace-period", "0", "a.yaml"},
        {"run", "a.yaml", "-o", "json", "--quiet", "--hook-http-status", "any"},
        {"image", "load", "x.tar", "--root", "/tmp/x"},
        {"image", "pull", "busybox"},
        {"image", "list"},
        {"events", "--types", "warning,Normal"},
        {"logs", "a", "--tail", "-1"},
    };
    for (const auto& args : good) EXPECT_TRUE(std::holds_alternative<Verb>(parse(args))) << args.back();
}

}  // namespace
}  // namespace hooklet::cli
