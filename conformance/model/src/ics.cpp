#include "cicada/conformance/model/ics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cicada/asn1/pem.h"
#include "cicada/base/file.h"
#include "cicada/base/strict_table.h"
#include "profiles.h"

namespace cicada::conformance::model {
namespace {

using base::StrictTable;

constexpr std::size_t kMaxIcs = 64UL * 1024;
constexpr std::size_t kMaxCertificateFile = 64UL * 1024;
/// A country has a few CSCA certificates in use at a time.
constexpr std::size_t kMaxCsca = 64;

constexpr std::array<std::string_view, 7> kKeys = {
    "name", "applicant", "version", "profiles", "access", "terminal-authentication", "passive-authentication"};
constexpr std::array<std::string_view, 4> kAccessKeys = {"mrz", "can", "pin", "puk"};
constexpr std::array<std::string_view, 2> kTerminalKeys = {"cvca", "cvca-key"};
constexpr std::array<std::string_view, 1> kPassiveKeys = {"csca"};

class IcsReader {
 public:
  IcsReader(const StrictTable& document, const std::filesystem::path& folder) : document_(document), folder_(folder) {}

  Checked<Ics> read() {
    CICADA_CHECK(document_.allow(kKeys));
    CICADA_TRY(ics_.name, document_.text("name"));
    if (document_.has("applicant")) CICADA_CHECK(take(document_, "applicant", ics_.applicant));
    if (document_.has("version")) CICADA_CHECK(take(document_, "version", ics_.version));
    CICADA_CHECK(read_profiles());
    if (document_.has("access")) CICADA_CHECK(read_access());
    if (document_.has("terminal-authentication")) CICADA_CHECK(read_terminal());
    if (document_.has("passive-authentication")) CICADA_CHECK(read_passive());
    CICADA_CHECK(check_whole());
    return std::move(ics_);
  }

 private:
  static Checked<void> take(const StrictTable& table, std::string_view key, std::string& to) {
    CICADA_TRY(to, table.text(key));
    return {};
  }

  static Checked<void> take(const StrictTable& table, std::string_view key, base::SecretBytes& to) {
    if (!table.has(key)) return {};
    CICADA_TRY(const auto text, table.text(key));
    to = base::SecretBytes::copy_of(base::as_bytes(text));
    return {};
  }

  Checked<void> read_profiles() {
    CICADA_TRY(const auto words, document_.texts("profiles"));
    ics_.profiles.insert("ICAO");
    for (const auto& word : words) {
      if (!is_profile(word)) {
        return document_.refuse(
            "profiles", fmt::format("\"{}\" is not a profile; known are: {}", word, base::join(known_profiles())));
      }
      ics_.profiles.insert(word);
    }
    const auto contradicts = contradiction(ics_.profiles);
    if (!contradicts.empty()) return document_.refuse("profiles", contradicts);
    return {};
  }

  Checked<void> read_access() {
    CICADA_TRY(const auto access, document_.table("access"));
    CICADA_CHECK(access.allow(kAccessKeys));
    if (access.has("mrz")) {
      CICADA_CHECK(take(access, "mrz", ics_.mrz));
      std::erase_if(ics_.mrz, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
      const auto size = ics_.mrz.size();
      if (size != 90 && size != 72 && size != 88) {
        return access.refuse("mrz", fmt::format("has {} characters; an MRZ has 90 (TD1), 72 (TD2) or 88 (TD3)", size));
      }
    }
    CICADA_CHECK(take(access, "can", ics_.can));
    CICADA_CHECK(take(access, "pin", ics_.pin));
    return take(access, "puk", ics_.puk);
  }

  Checked<base::Bytes> file(const StrictTable& table, std::string_view key, const std::string& name) const {
    auto content = base::read_file(folder_ / name, kMaxCertificateFile);
    if (!content) return table.refuse(key, fmt::format("{}: {}", name, content.error().describe()));
    return *std::move(content);
  }

  Checked<void> read_terminal() {
    CICADA_TRY(const auto table, document_.table("terminal-authentication"));
    CICADA_CHECK(table.allow(kTerminalKeys));
    CICADA_TRY(const auto certificate, table.text("cvca"));
    CICADA_TRY(ics_.cvca_certificate, file(table, "cvca", certificate));
    CICADA_TRY(const auto key, table.text("cvca-key"));
    CICADA_TRY(auto pem, file(table, "cvca-key", key));
    ics_.cvca_key = base::SecretBytes{std::move(pem)};
    if (base::as_text(ics_.cvca_key.expose()).find("-----BEGIN PRIVATE KEY-----") == std::string_view::npos) {
      return table.refuse("cvca-key", "must be an unencrypted PKCS#8 key in PEM");
    }
    return {};
  }

  Checked<void> read_passive() {
    CICADA_TRY(const auto table, document_.table("passive-authentication"));
    CICADA_CHECK(table.allow(kPassiveKeys));
    CICADA_TRY(const auto names, table.texts("csca"));
    if (names.size() > kMaxCsca) return table.refuse("csca", fmt::format("more than {} certificates", kMaxCsca));
    for (const auto& name : names) {
      CICADA_TRY(auto octets, file(table, "csca", name));
      if (!asn1::looks_like_pem(octets)) {
        ics_.csca_certificates.push_back(std::move(octets));
        continue;
      }
      auto blocks = asn1::parse_pem(octets);
      if (!blocks || blocks->empty()) return table.refuse("csca", fmt::format("{}: holds no certificate", name));
      for (auto& block : *blocks) ics_.csca_certificates.push_back(std::move(block.der));
    }
    return {};
  }

  [[nodiscard]] Checked<void> check_whole() const {
    if (ics_.claims("BAC") && ics_.mrz.empty()) return document_.refuse("", "BAC needs access.mrz");
    if (ics_.claims("CAN") && ics_.can.empty()) return document_.refuse("", "CAN needs access.can");
    if (ics_.claims("PACE") && ics_.mrz.empty() && ics_.can.empty()) {
      return document_.refuse("", "PACE needs access.mrz or access.can");
    }
    if (ics_.claims("TA") && ics_.cvca_key.empty()) {
      return document_.refuse("", "TA needs [terminal-authentication] with the root that the chip trusts, and its key");
    }
    return {};
  }

  const StrictTable& document_;
  const std::filesystem::path& folder_;
  Ics ics_;
};

}  // namespace

std::optional<std::string> Ics::missing(const Needs& needs) const {
  for (const auto& alternatives : needs) {
    if (std::ranges::any_of(alternatives, [&](const std::string& profile) { return claims(profile); })) continue;
    std::string entry;
    for (const auto& profile : alternatives) entry += (entry.empty() ? "" : "|") + profile;
    return entry;
  }
  return std::nullopt;
}

Checked<Ics> parse_ics(std::string_view text, std::string_view file_name, const std::filesystem::path& folder) {
  CICADA_TRY(const auto document, base::parse_toml(text, file_name));
  return IcsReader{StrictTable{document, file_name, ""}, folder}.read();
}

Checked<Ics> load_ics(const std::filesystem::path& file) {
  const auto content = base::read_file(file, kMaxIcs);
  if (!content) {
    return std::unexpected(Problem{.fault = content.error().fault,
                                   .text = fmt::format("{}: {}", file.string(), content.error().describe())});
  }
  return parse_ics(base::as_text(*content), file.string(), file.parent_path());
}

}  // namespace cicada::conformance::model
