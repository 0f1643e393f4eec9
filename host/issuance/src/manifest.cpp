#include "cicada/host/issuance/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "cicada/asn1/oids.h"
#include "cicada/asn1/pem.h"
#include "cicada/base/file.h"
#include "cicada/base/hex.h"
#include "cicada/base/strict_table.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/pki/public_key.h"
#include "digest.h"
#include "record_keys.h"

namespace cicada::host::issuance {
namespace {

using base::Checked;
using base::Fault;
using base::Problem;
using base::StrictTable;

constexpr std::size_t kMaxSignature = 1024;
constexpr std::size_t kMaxSenders = 64;

std::unexpected<Problem> refuse(Fault fault, const std::filesystem::path& file, std::string_view what) {
  return std::unexpected(Problem{.fault = fault, .text = fmt::format("{}: {}", file.filename().string(), what)});
}

Checked<base::Bytes> read(const std::filesystem::path& file, std::size_t most) {
  auto octets = base::read_file(file, most);
  if (!octets) return refuse(octets.error().fault, file, octets.error().describe());
  return *std::move(octets);
}

Checked<Digest> digest_of(base::ByteView octets, const std::filesystem::path& file) {
  const auto digest = sha256(octets);
  if (!digest) return refuse(digest.error().fault, file, digest.error().describe());
  return *digest;
}

/// A file name without a folder: what a sender names lies beside his manifest and nowhere else.
Checked<std::filesystem::path> neighbour(const StrictTable& table, std::string_view key) {
  CICADA_TRY(const auto text, table.text(key));
  const std::filesystem::path path{text};
  if (path.filename() != path || text == "." || text == "..") return table.refuse(key, "must be a file's name");
  return path;
}

Checked<std::string> code(const StrictTable& table, std::string_view key, std::size_t most) {
  CICADA_TRY(auto text, table.text(key));
  if (!is_code(text, most)) return table.refuse(key, R"(must be letters, digits, ".", "_" and "-", and not too long)");
  return text;
}

Checked<UnitCodes> read_unit(const StrictTable& table) {
  constexpr std::array<std::string_view, 3> kKeys{"province", "district", "commune"};
  CICADA_CHECK(table.allow(kKeys));
  UnitCodes unit;
  for (auto [key, to] : {std::pair{kKeys[0], &unit.province}, {kKeys[1], &unit.district}, {kKeys[2], &unit.commune}}) {
    if (!table.has(key)) continue;
    CICADA_TRY(*to, code(table, key, kMaxCode));
  }
  return unit;
}

Checked<Manifest> parse(const StrictTable& root) {
  constexpr std::array<std::string_view, 8> kKeys{"batch",  "unit",  "records", "mapping",
                                                  "policy", "count", "sha256",  "priority"};
  CICADA_CHECK(root.allow(kKeys));
  Manifest manifest;
  CICADA_TRY(manifest.batch, code(root, "batch", kMaxDossierId));
  if (root.has("unit")) {
    CICADA_TRY(const auto unit, root.table("unit"));
    CICADA_TRY(manifest.unit, read_unit(unit));
  }
  CICADA_TRY(manifest.records, neighbour(root, "records"));
  if (root.has("mapping")) {
    CICADA_TRY(manifest.mapping, neighbour(root, "mapping"));
  }
  CICADA_TRY(const auto policy, neighbour(root, "policy"));
  manifest.policy = policy.string();
  CICADA_TRY(manifest.count, root.number("count", 0, 4'000'000'000));
  CICADA_TRY(const auto sha256, root.octets("sha256", manifest.sha256.size(), manifest.sha256.size()));
  std::ranges::copy(sha256, manifest.sha256.begin());
  if (root.has("priority")) {
    CICADA_TRY(const auto priority, root.number("priority", 0, kMaxPriority));
    manifest.priority = static_cast<int>(priority);
  }
  return manifest;
}

bool verifies(const asn1::Certificate& certificate, const Digest& digest, base::ByteView signature) {
  const auto key = pki::PublicKey::create(certificate.public_key);
  if (!key) return false;
  if (key->ec() != nullptr) return key->ec()->verify_der(digest, signature).has_value();
  if (key->rsa() == nullptr) return false;
  return key->rsa()->verify_pkcs1(crypto::openssl::HashAlgorithm::sha256, digest, signature).has_value();
}

/// The subject of the sender whose key made the signature.
Checked<std::string> find_sender(const std::filesystem::path& file, const Digest& digest, const Senders& senders) {
  auto signature_file = file;
  signature_file += kSignatureSuffix;
  CICADA_TRY(const auto signature, read(signature_file, kMaxSignature));
  for (const auto& certificate : senders.certificates) {
    if (!verifies(certificate, digest, signature)) continue;
    const auto& validity = certificate.validity;
    if (senders.now < validity.not_before || senders.now > validity.not_after) {
      return refuse(Fault::security, signature_file, "the sender's certificate is not valid today");
    }
    return certificate.subject.to_string();
  }
  return refuse(Fault::security, signature_file, "the signature is not that of a known sender over this manifest");
}

/// SHA-256 of a file of any size.
Checked<Digest> digest_of_file(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream) return refuse(Fault::not_found, file, "the records cannot be opened");
  auto hasher = crypto::openssl::Hasher::create(crypto::openssl::HashAlgorithm::sha256);
  if (!hasher) return refuse(hasher.error().fault, file, hasher.error().describe());
  std::vector<char> block(256UL * 1024);
  while (stream) {
    stream.read(block.data(), static_cast<std::streamsize>(block.size()));
    const std::string_view part{block.data(), static_cast<std::size_t>(stream.gcount())};
    if (const auto updated = hasher->update(base::as_bytes(part)); !updated)
      return refuse(updated.error().fault, file, updated.error().describe());
  }
  if (stream.bad()) return refuse(Fault::io, file, "the records cannot be read to their end");
  const auto hash = hasher->finish();
  if (!hash) return refuse(hash.error().fault, file, hash.error().describe());
  Digest digest{};
  std::ranges::copy(*hash, digest.begin());
  return digest;
}

}  // namespace

Checked<Manifest> load_manifest(const std::filesystem::path& file, const Senders* senders) {
  CICADA_TRY(const auto octets, read(file, kMaxManifestFile));
  CICADA_TRY(const auto digest, digest_of(octets, file));
  std::string sender;
  if (senders != nullptr) {
    CICADA_TRY(sender, find_sender(file, digest, *senders));
  }
  const auto name = file.filename().string();
  CICADA_TRY(const auto document, base::parse_toml(base::as_text(octets), name));
  CICADA_TRY(auto manifest, parse(StrictTable{document, name, ""}));
  manifest.digest = digest;
  manifest.sender = std::move(sender);
  return manifest;
}

Checked<std::vector<asn1::Certificate>> load_senders(const std::filesystem::path& file) {
  CICADA_TRY(const auto octets, read(file, base::kMaxFileSize));
  const auto blocks = asn1::parse_pem(octets);
  if (!blocks) return refuse(blocks.error().fault, file, blocks.error().describe());
  std::vector<asn1::Certificate> certificates;
  for (const auto& block : *blocks) {
    if (block.label != "CERTIFICATE") continue;
    auto certificate = asn1::parse_certificate(block.der);
    if (!certificate) return refuse(certificate.error().fault, file, certificate.error().describe());
    if (certificates.size() == kMaxSenders) return refuse(Fault::limit, file, "too many certificates");
    certificates.push_back(*std::move(certificate));
  }
  if (certificates.empty()) return refuse(Fault::bad_input, file, "no certificate in it");
  return certificates;
}

Checked<RecordFormat> format_of(const Manifest& manifest, const std::filesystem::path& folder) {
  if (manifest.mapping.empty()) return RecordFormat{};
  CICADA_TRY(auto mapping, load_csv_mapping(folder / manifest.mapping));
  return RecordFormat{std::move(mapping)};
}

Checked<Policy> policy_of(const Manifest& manifest, const std::filesystem::path& folder) {
  for (const auto* const law : {&law_2021(), &law_2024()}) {
    if (manifest.policy == law->name) return *law;
  }
  return load_policy(folder / manifest.policy);
}

Checked<void> check_records(const Manifest& manifest, const std::filesystem::path& folder) {
  const auto file = folder / manifest.records;
  CICADA_TRY(const auto digest, digest_of_file(file));
  if (digest != manifest.sha256) {
    return refuse(
        Fault::security, file,
        fmt::format("its SHA-256 is {}, the manifest says {}", base::to_hex(digest), base::to_hex(manifest.sha256)));
  }
  CICADA_TRY(const auto format, format_of(manifest, folder));
  std::ifstream stream{file, std::ios::binary};
  RecordReader reader{stream, format};
  RawRecord record;
  std::uint64_t count = 0;
  while (reader.next(record)) ++count;
  if (stream.bad()) return refuse(Fault::io, file, "the records cannot be read to their end");
  if (format.is_csv() && count > 0) --count;  // the header
  if (count == manifest.count) return {};
  return refuse(Fault::bad_input, file, fmt::format("{} records, the manifest says {}", count, manifest.count));
}

}  // namespace cicada::host::issuance
