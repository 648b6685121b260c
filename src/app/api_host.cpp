// SPDX-License-Identifier: Apache-2.0
#include "app/api_host.hpp"

#include "app/host_sheet.hpp"
#include "identity/kubeconfig.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace hooklet::app {

namespace {

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
      keys_(ports_.files, ports_.clock, &certificates_, ports_.state + "/pki") {}

server::Services ApiHost::services() {
    return {&*objects_,    ports_.clock,
            ports_.random, admission_ ? &*admission_ : nullptr,
            signer_.get(), hook_runs_ ? &*hook_runs_ : nullptr};
}

Status ApiHost::open_keys() {
    Result<KeyPair> authority = keys_.authority();
    if (!authority) return std::unexpected(authority.error());
    authority_ = *std::move(authority);
    const Result<std::string> key = keys_.token_key();
    if (!key) return std::unexpected(key.error());
    Result<std::unique_ptr<OpensslTokenSigner>> signer = OpensslTokenSigner::make(*key);
    if (!signer) return wrap("the key of service account tokens", signer.error());
    signer_ = *std::move(signer);
    return {};
}

Task<Status> ApiHost::open() {
    if (const Status opened = open_keys(); !opened) co_return opened;
    Result<std::unique_ptr<SqliteObjects>> storage =
        open_sqlite_objects(ports_.executor, ports_.state + "/objects.db");
    if (!storage) co_return std::unexpected(storage.error());
    storage_ = *std::move(storage);
    store::StoreOptions options;
    options.fields_of = server::fields_of_kinds();
    objects_.emplace(storage_.get(), ports_.clock, ports_.executor, std::move(options));
    if (const Status loaded = co_await objects_->load(); !loaded) co_return loaded;
    hook_runs_.emplace(ports_.journal, ports_.clock);
    reader_.emplace(services());
    rules_.emplace(&*reader_, ports_.clock, ports_.random);
    admission_.emplace(&*rules_, ports_.clock);
    local_.emplace(services());
    co_return Status{};
}

Status ApiHost::listen(server::PodStreams* streams) {
    bound_.emplace(&*objects_);
    identity::AuthenticationOptions authentication;
    authentication.agent_user = ::getuid();
    authenticator_.emplace(ports_.clock, signer_.get(), &*bound_, std::move(authentication));
    server_.emplace(
        server::Helpers{services(), options_.yaml, &*authenticator_, streams, options_.tell},
        server::ServerInfo{.git_version = kubernetes_version,
                           .address = fmt::format("{}:{}", in_url(options_.address), options_.port)});
    http_.emplace(ports_.executor, ports_.clock, &*server_);
    const auto names = identity::server_names(options_.node_name, {options_.address});
    if (!names) return std::unexpected(names.error());
    const Result<KeyPair> pair = keys_.server(*names);
    if (!pair) return std::unexpected(pair.error());
    if (const Status used = http_->use_certificate(*pair, authority_.certificate); !used) return used;
    if (const Status socket = http_->listen_unix(ports_.run + "/api.sock"); !socket) return socket;
    const Result<std::uint16_t> port = http_->listen_tls(options_.address, options_.port);
    if (!port) return wrap(fmt::format("{}:{}", options_.address, options_.port), port.error());
    port_ = *port;
    return write_kubeconfig();
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
    if (http_) co_await http_->stop(std::move(call));
    http_.reset();
    server_.reset();
}

Task<void> ApiHost::close() {
    if (objects_) co_await objects_->stop();
    if (storage_) co_await storage_->stop();
}

}  // namespace hooklet::app
