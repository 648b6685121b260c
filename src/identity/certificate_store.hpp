// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "ports/certificates.hpp"
#include "ports/clock.hpp"
#include "ports/file_system.hpp"

#include <string>
#include <vector>

namespace hooklet::identity {

/// Under which names clients reach the API.
struct ServerNames {
    std::vector<std::string> dns;
    std::vector<std::string> addresses;
};

/// What the API is called inside a cluster and on its machine, with the node's name and its addresses. Code::
/// invalid for an address that is none.
Result<ServerNames> server_names(const std::string& node, const std::vector<std::string>& more_addresses);

/// Whether a certificate still does what a new one would: the same use and names, in any order, and at least
/// a third of its life left.
bool worth_keeping(const CertificateSpec& found, const CertificateSpec& wanted, WallTime now);

/// The agent's certificates and keys, below a folder that only its user can enter. Each call returns what is
/// there, or makes it when it is missing or no longer worth keeping. A certificate and its key are one file
/// (NAME.pem, 0600), so that a crash cannot separate them.
class CertificateStore {
  public:
    /// The pointers outlive this. `folder` is made when it is missing, its parent must exist.
    CertificateStore(FileSystem* files, const Clock* clock, Certificates* certificates, std::string folder);

    /// `ca`, for ten years. Code::invalid when the file is damaged: who trusts it would be lost with it, so
    /// it is not replaced.
    Result<KeyPair> authority();
    /// `server`, for a year.
    Result<KeyPair> server(ServerNames names);
    /// NAME, for a year: a user and the groups.
    Result<KeyPair> client(std::string name, std::string user, std::vector<std::string> groups);
    /// `token-key`: a private key in PEM, as the file has it.
    Result<std::string> token_key();

  private:
    Result<KeyPair> keep(std::string name, CertificateSpec wanted);
    /// The file's text, empty when there is none.
    Result<std::string> read(const std::string& path);
    Status write(const std::string& path, std::string_view text);
    [[nodiscard]] std::string path_of(const std::string& name) const { return folder_ + "/" + name + ".pem"; }

    FileSystem* files_;
    const Clock* clock_;
    Certificates* certificates_;
    std::string folder_;
};

}  // namespace hooklet::identity
