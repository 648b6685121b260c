// SPDX-License-Identifier: Apache-2.0
#include "bench/api/api_machine.hpp"

#include "server/rendering.hpp"
#include "server/target.hpp"

#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace hooklet::bench {

ApiMachine::ApiMachine(const std::string& folder) : folder_(folder), socket_(folder + "/api.sock") {
    asio::co_spawn(loop_, serve(), asio::detached);
    thread_ = std::thread([this] { loop_.run(); });
    const Status opened = opened_.get_future().get();
    if (opened) return;
    thread_.join();
    throw std::runtime_error(opened.error().text());
}

ApiMachine::~ApiMachine() {
    asio::co_spawn(loop_, close(), asio::detached);
    thread_.join();
}

Task<void> ApiMachine::serve() {
    opened_.set_value(co_await open());
}

Task<Status> ApiMachine::open() {
    auto storage = open_sqlite_objects(loop_.get_executor(), folder_ + "/objects.db");
    if (!storage) co_return std::unexpected(storage.error());
    storage_ = *std::move(storage);
    store::StoreOptions options;
    options.fields_of = server::fields_of_kinds();
    objects_.emplace(storage_.get(), &clock_, loop_.get_executor(), std::move(options));
    if (const Status loaded = co_await objects_->load(); !loaded) co_return loaded;
    server::Services services{&*objects_, &clock_, &random_};
    reader_.emplace(services);
    rules_.emplace(&*reader_, &clock_, &random_);
    quotas_.emplace(&*reader_);
    admission_.emplace(&*rules_, &*quotas_, &clock_);
    services.admission = &*admission_;
    server::Helpers helpers;
    helpers.services = services;
    server_.emplace(std::move(helpers), server::ServerInfo{});
    http_.emplace(loop_.get_executor(), &clock_, &*server_);
    co_return http_->listen_unix(socket_);
}

Task<void> ApiMachine::close() {
    Call soon = clock_.call_within(std::chrono::seconds{1});
    co_await http_->stop(std::move(soon));
    http_.reset();
    server_.reset();
    co_await objects_->stop();
    co_await storage_->stop();
}

}  // namespace hooklet::bench
