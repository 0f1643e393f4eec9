#include <array>

#include "cicada/base/file.h"
#include "cicada/base/strict_table.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/host/vault/token_vault.h"

namespace cicada::host::vault {

namespace fs = std::filesystem;
using base::Checked;
using base::Problem;
using base::StrictTable;

namespace {

constexpr std::int64_t kMaxDeadline = 600'000;
constexpr std::int64_t kMaxCards = 4'000'000'000;

Checked<token::TokenSettings> read_token(const StrictTable& document, const fs::path& folder) {
  constexpr std::array<std::string_view, 6> kKeys = {"module",          "label",    "pin-file",
                                                     "pin-environment", "sessions", "deadline-ms"};
  CICADA_TRY(const auto table, document.table("token"));
  CICADA_CHECK(table.allow(kKeys));
  token::TokenSettings settings;
  CICADA_TRY(settings.module, table.text("module"));
  CICADA_TRY(settings.label, table.text("label"));
  if (table.has("pin-file") == table.has("pin-environment")) {
    return table.refuse("pin-file", "the PIN comes from pin-file or from pin-environment, one of the two");
  }
  if (table.has("pin-file")) {
    CICADA_TRY(const auto file, table.text("pin-file"));
    settings.pin_file = folder / file;
  } else {
    CICADA_TRY(settings.pin_environment, table.text("pin-environment"));
  }
  if (table.has("sessions")) {
    CICADA_TRY(settings.sessions, table.number("sessions", 1, token::kMaxSessions));
  }
  if (table.has("deadline-ms")) {
    CICADA_TRY(const auto deadline, table.number("deadline-ms", 1, kMaxDeadline));
    settings.deadline = std::chrono::milliseconds{deadline};
  }
  return settings;
}

Checked<TokenConfiguration::MasterKey> read_master(const StrictTable& table, std::string_view key,
                                                   std::string_view check) {
  TokenConfiguration::MasterKey master;
  CICADA_TRY(master.label, table.text(key));
  CICADA_TRY(const auto octets, table.octets(check, master.check.size(), master.check.size()));
  for (std::size_t i = 0; i < master.check.size(); ++i) master.check.at(i) = octets.at(i);
  return master;
}

Checked<SigningRules> read_rules(const StrictTable& document) {
  constexpr std::array<std::string_view, 3> kKeys = {"algorithms", "cards-per-signer", "cards-may-outlive-signer"};
  SigningRules rules;
  if (!document.has("rules")) return rules;
  CICADA_TRY(const auto table, document.table("rules"));
  CICADA_CHECK(table.allow(kKeys));
  if (table.has("algorithms")) {
    const auto names = pki::key_algorithm_names();
    CICADA_TRY(const auto chosen, table.choices("algorithms", names));
    for (const auto index : chosen) rules.algorithms.emplace_back(names[index]);
  }
  if (table.has("cards-per-signer")) {
    CICADA_TRY(rules.cards_per_signer, table.number("cards-per-signer", 1, kMaxCards));
  }
  if (table.has("cards-may-outlive-signer")) {
    CICADA_TRY(rules.cards_may_outlive_signer, table.truth("cards-may-outlive-signer"));
  }
  return rules;
}

Checked<std::vector<TokenConfiguration::Signer>> read_signers(const StrictTable& document, const fs::path& folder) {
  constexpr std::array<std::string_view, 2> kKeys = {"key", "certificate"};
  CICADA_TRY(const auto tables, document.tables("document-signer"));
  if (tables.size() > kMaxDocumentSigners) return document.refuse("document-signer", "there are too many");
  std::vector<TokenConfiguration::Signer> signers;
  for (const auto& table : tables) {
    CICADA_CHECK(table.allow(kKeys));
    TokenConfiguration::Signer signer;
    CICADA_TRY(signer.label, table.text("key"));
    CICADA_TRY(const auto certificate, table.text("certificate"));
    signer.certificate = folder / certificate;
    signers.push_back(std::move(signer));
  }
  return signers;
}

}  // namespace

Checked<TokenConfiguration> load_token_configuration(const fs::path& file) {
  constexpr std::array<std::string_view, 5> kTables = {"token", "master-keys", "document-signer", "country", "rules"};
  constexpr std::array<std::string_view, 4> kMasters = {"transport", "transport-check", "job", "job-check"};
  constexpr std::array<std::string_view, 1> kCountry = {"trust"};
  const auto content = base::read_file(file, kMaxTokenConfiguration);
  if (!content) {
    return std::unexpected(
        Problem{.fault = content.error().fault, .text = file.string() + ": " + content.error().describe()});
  }
  const auto name = file.string();
  CICADA_TRY(const auto table, base::parse_toml(base::as_text(*content), name));
  const StrictTable document{table, name, ""};
  CICADA_CHECK(document.allow(kTables));
  const auto folder = file.parent_path();
  TokenConfiguration configuration;
  CICADA_TRY(configuration.token, read_token(document, folder));
  CICADA_TRY(const auto masters, document.table("master-keys"));
  CICADA_CHECK(masters.allow(kMasters));
  CICADA_TRY(configuration.transport, read_master(masters, "transport", "transport-check"));
  CICADA_TRY(configuration.job, read_master(masters, "job", "job-check"));
  CICADA_TRY(configuration.signers, read_signers(document, folder));
  CICADA_TRY(const auto country, document.table("country"));
  CICADA_CHECK(country.allow(kCountry));
  CICADA_TRY(const auto trust, country.text("trust"));
  configuration.trust = folder / trust;
  CICADA_TRY(configuration.rules, read_rules(document));
  return configuration;
}

}  // namespace cicada::host::vault
