// The keys that a personalization line needs beside its document signers, in the folder of a country.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/base/secret.h"
#include "cicada/crypto/openssl/private_key.h"

namespace cicada::host::pki {

/// Octets of the master key from which the keys of sealed jobs are derived (AES-256).
inline constexpr std::size_t kJobMasterKeySize = 32;

/// Tells keys apart without showing them: the first five octets of the AES-CMAC of sixteen octets 00 (the CMAC method
/// of ANSI X9.24-1). A token can make it as well, of a key that never leaves it.
using KeyCheckValue = std::array<std::uint8_t, 5>;
inline constexpr std::array<std::uint8_t, 16> kKeyCheckInput{};

struct LineKeys {
  base::SecretBytes job_master_key;
  crypto::openssl::PrivateKey audit_key;  ///< P-256; signs the audit log when a batch is closed
};

namespace line_key_file {
inline constexpr std::string_view kJobMasterKey = "job-master.key";
inline constexpr std::string_view kJobMasterCheck = "job-master.kcv";
inline constexpr std::string_view kTransportMasterCheck = "transport-master.kcv";
inline constexpr std::string_view kAuditKey = "audit.key";
inline constexpr std::string_view kAuditPublicKey = "audit.pub";  ///< PEM, "PUBLIC KEY"
}  // namespace line_key_file

/// Fails with crypto.
[[nodiscard]] base::Result<LineKeys> create_line_keys(base::Rng& rng);
/// Writes them into a country's folder, with the check values of both master keys. Fails with not_found when the
/// folder has no transport master key, conflict when any of the files is there already, io; then nothing of what it
/// wrote stays behind.
[[nodiscard]] base::Result<void> save_line_keys(const LineKeys& keys, const std::filesystem::path& dir);

/// Fails with not_found (the hint says how to make one), malformed, io.
[[nodiscard]] base::Result<base::SecretBytes> load_job_master_key(const std::filesystem::path& dir);
[[nodiscard]] base::Result<crypto::openssl::PrivateKey> load_audit_key(const std::filesystem::path& dir);

/// Of an AES key. Fails with bad_input for another size than 16, 24 or 32 octets.
[[nodiscard]] base::Result<KeyCheckValue> key_check_value(base::ByteView key);
/// Fails as load_job_master_key().
[[nodiscard]] base::Result<KeyCheckValue> load_key_check_value(const std::filesystem::path& file);
/// K03. Fails with security when the key at hand is not the one that the check value was made of.
[[nodiscard]] base::Result<void> check_key(const KeyCheckValue& found, const KeyCheckValue& expected);

}  // namespace cicada::host::pki
