// SPDX-License-Identifier: Apache-2.0
#include "app/api_host.hpp"

#include "adapters/sqlite/damaged_file.hpp"
#include "app/host_sheet.hpp"
#include "app/rebuild.hpp"
#include "identity/kubeconfig.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace hooklet::app {

namespace {

constexpr Duration renewal_interval = std::chrono::hours{24};

/// The address as it stands in a URL; where the server listens on all, it is reached on this machine's own.
std::string in_url(const std::string& address) {
    if (address == "0.0.0.0") return "127.0.0.1";
    if (address == "::") return "[::1]";
    return address.contains(':') ? "[" + address + "]" : address;
}

}  // namespace

ApiHost::ApiHost(Ports ports, ApiHostOptions options)
    : ports_(std::move(ports)),
      options_(std::move(options)),
      keys_(ports_.files, ports_.clock, &certificates_, ports_.state + "/pki"),
      renewal_(ports_.executor) {}

server::Services ApiHost::services() {
    return {&*objects_,    ports_.clock, ports_.random, admission_ ? &*admission_ : nullptr,
            signer_.get(), &*hook_runs_, &*metrics_,    &*components_};
}

Status ApiHost::open_keys() {
    Result<KeyPair> authority = keys_.authority();
    if (!authority) return std::unexpected(authority.error());
    authority_ = *std::move(authority);
    const Result<std::string> key = keys_.token_key();
    if (!key) return std::unexpected(key.error());
    Result<std::unique_ptr<OpensslTokenSigner>> signer = OpensslTokenSigner::make(*key);
    if (!signer)
        return wrap(fmt::format("the key of service account tokens {}/pki/token-key.pem", ports_.state),
                    signer.error());
    signer_ = *std::move(signer);
    return {};
}

Status ApiHost::open_storage(const std::string& path) {
    const Result<std::string> missing = keep_if_changes_are_missing(path);
    if (!missing) return std::unexpected(missing.error());
    if (!missing->empty()) options_.tell("the objects of the API: " + *missing);
    const Result<std::string> aside = set_aside_if_damaged(path);
    if (!aside) return std::unexpected(aside.error());
    if (!aside->empty()) options_.tell("the objects of the API are damaged and set aside as " + *aside);
    found_ = {.lacks_changes = !missing->empty(), .was_damaged = !aside->empty()};
    Result<std::unique_ptr<SqliteObjects>> storage = open_sqlite_objects(ports_.executor, path);
    if (!storage) return std::unexpected(storage.error());
    storage_ = *std::move(storage);
    return {};
}

Task<Status> ApiHost::open() {
    if (const Status opened = open_keys(); !opened) co_return opened;
    if (const Status opened = open_storage(ports_.state + "/objects.db"); !opened) co_return opened;
    store::StoreOptions options;
    options.fields_of = server::fields_of_kinds();
    objects_.emplace(storage_.get(), ports_.clock, ports_.executor, std::move(options));
    if (const Status loaded = co_await objects_->load(); !loaded) co_return loaded;
    if (objects_->revision() == revision_of_nothing) found_.is_new = true;
    hook_runs_.emplace(ports_.journal, ports_.clock);
    metrics_.emplace(&*objects_, options_.node_name);
    components_.emplace(&*objects_);
    reader_.emplace(services());
    rules_.emplace(&*reader_, ports_.clock, ports_.random);
    quotas_.emplace(&*reader_);
    admission_.emplace(&*rules_, &*quotas_, ports_.clock);
    local_.emplace(services());
    co_return Status{};
}

Task<Status> ApiHost::rebuild(std::string pods_directory, Call call) {
    if (!found_.is_new && !found_.lacks_changes) co_return Status{};
    const auto count = co_await rebuild_pods(&*local_, &*objects_, ports_.files, pods_directory, call);
    if (!count) co_return std::unexpected(count.error());
    const bool told = found_.lacks_changes || found_.was_damaged;
    if (*count == 0 && !told) co_return Status{};
    if (!told) options_.tell("the objects of the API are gone, though Pods are on this machine");
    options_.tell(fmt::format("{} Pods that are on this machine are known again; {}", *count,
                              found_.is_new ? "all other objects are lost"
                                            : "other objects are as they were before the lost changes"));
    co_return Status{};
}

Status ApiHost::listen(server::PodStreams* streams) {
    bound_.emplace(&*objects_);
    identity::AuthenticationOptions authentication;
    authentication.agent_user = ::getuid();
    authenticator_.emplace(ports_.clock, signer_.get(), &*bound_, std::move(authentication));
    roles_.emplace(&*objects_);
    server_.emplace(server::Helpers{.services = services(),
                                    .yaml = options_.yaml,
                                    .authenticator = &*authenticator_,
                                    .streams = streams,
                                    .on_bug = options_.tell,
                                    .role_source = &*roles_},
                    server::ServerInfo{.git_version = kubernetes_version});
    HttpServerOptions limits;
    limits.refused = [this](const Error& why) {
        options_.tell("no connection to the API can be accepted: " + why.text());
    };
    http_.emplace(ports_.executor, ports_.clock, &*server_, std::move(limits));
    if (const Status used = use_certificates(); !used) return used;
    if (const Status socket = http_->listen_unix(ports_.run + "/api.sock"); !socket) return socket;
    const Result<std::uint16_t> port = http_->listen_tls(options_.address, options_.port);
    if (!port) return wrap(fmt::format("{}:{}", options_.address, options_.port), port.error());
    port_ = *port;
    server_->listens_at(fmt::format("{}:{}", in_url(options_.address), port_));
    renewal_.spawn(keep_certificates_fresh());
    return write_kubeconfig();
}

Status ApiHost::use_certificates() {
    const auto names = identity::server_names(options_.node_name, {options_.address});
    if (!names) return std::unexpected(names.error());
    const Result<KeyPair> pair = keys_.server(*names);
    if (!pair) return std::unexpected(pair.error());
    return http_->use_certificate(*pair, authority_.certificate);
}

Task<void> ApiHost::keep_certificates_fresh() {
    while (true) {
        const Call tomorrow = ports_.clock->call_within(renewal_interval, stopping_.token());
        (void)co_await sleep_until(ports_.clock, tomorrow);
        if (stopping_.token().cancelled()) co_return;
        Status renewed = use_certificates();
        if (renewed) renewed = write_kubeconfig();
        if (!renewed) options_.tell("certificates are not renewed: " + renewed.error().text());
    }
}

std::string ApiHost::url() const {
    return fmt::format("https://{}:{}", in_url(options_.address), port_);
}

Status ApiHost::write_kubeconfig() {
    const Result<KeyPair> admin = keys_.client("admin", "system:admin", {"system:masters"});
    if (!admin) return std::unexpected(admin.error());
    const std::string text = identity::kubeconfig(url(), authority_.certificate, *admin);
    return ports_.files->write_file(options_.kubeconfig, text, 0600);
}

Task<void> ApiHost::stop_serving(Call call) {
    stopping_.cancel({Code::cancelled, "the server is shutting down"});
    co_await renewal_.close();
    if (http_) co_await http_->stop(std::move(call));
    http_.reset();
    server_.reset();
}

Task<void> ApiHost::close() {
    if (objects_) co_await objects_->stop();
    if (storage_) co_await storage_->stop();
}

}  // namespace hooklet::app
