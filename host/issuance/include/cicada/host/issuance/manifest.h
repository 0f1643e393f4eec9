// What a sender says about a file of records: so that a short, changed or foreign file is refused before anything of it
// is taken in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cicada/asn1/x509.h"
#include "cicada/base/clock.h"
#include "cicada/base/problem.h"
#include "cicada/host/issuance/origin.h"
#include "cicada/host/issuance/policy.h"
#include "cicada/host/issuance/record_reader.h"

namespace cicada::host::issuance {

/// A batch as its manifest announces it. TOML: docs/record-rules.md.
struct Manifest {
  std::string batch;              ///< id of the batch
  UnitCodes unit;                 ///< who sends it
  std::filesystem::path records;  ///< beside the manifest
  std::filesystem::path mapping;  ///< of CSV, beside the manifest; empty: JSON Lines
  std::string policy;             ///< "law-2021", "law-2024", or the name of a file of one, beside the manifest
  std::uint64_t count = 0;        ///< records announced
  Digest sha256{};                ///< of the records' file
  int priority = 0;
  Digest digest{};     ///< of the manifest itself
  std::string sender;  ///< subject of the certificate with which its signature verified; empty: not signed
};

/// Whose batches are taken.
struct Senders {
  std::vector<asn1::Certificate> certificates;
  base::Instant now;
};

inline constexpr std::size_t kMaxManifestFile = 64UL * 1024;
/// A manifest's signature stands beside it: batch.toml.sig.
inline constexpr std::string_view kSignatureSuffix = ".sig";

/// Reads a manifest. With `senders` its signature must be there, made by the key of one of the certificates, valid now:
/// ECDSA (DER) or RSA (PKCS #1 v1.5) over SHA-256 of the file, as
///   openssl dgst -sha256 -sign sender.key -out batch.toml.sig batch.toml
/// writes it. Fails with bad_input (line and column), security, not_found, io.
[[nodiscard]] base::Checked<Manifest> load_manifest(const std::filesystem::path& file,
                                                    const Senders* senders = nullptr);

/// Certificates in PEM, one or more. Fails with malformed, not_found, io.
[[nodiscard]] base::Checked<std::vector<asn1::Certificate>> load_senders(const std::filesystem::path& file);

/// The format and the policy that a manifest names.
[[nodiscard]] base::Checked<RecordFormat> format_of(const Manifest& manifest, const std::filesystem::path& folder);
[[nodiscard]] base::Checked<Policy> policy_of(const Manifest& manifest, const std::filesystem::path& folder);

/// Reads the records' file through once: its digest and its number of records are those of the manifest. Fails with
/// security for another digest, bad_input for another number, not_found, io. `folder` is the manifest's.
[[nodiscard]] base::Checked<void> check_records(const Manifest& manifest, const std::filesystem::path& folder);

}  // namespace cicada::host::issuance
