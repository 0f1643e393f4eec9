// --misbehave with the name of a document's fault, --pki and --write-trust.
#pragma once

#include <CLI/CLI.hpp>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app.h"
#include "cicada/applet_sim/kernel/card.h"
#include "faulty_document.h"

namespace cicada::tools {

/// A country, and one document that it issued wrongly. The card asks it for as long as it runs.
class MisissuedDocument {
 public:
  MisissuedDocument(const host::misissue::Fault& fault, host::pki::TestCountry country, base::Instant now)
      : country_(std::move(country)), faulty_(fault, country_, now) {}
  MisissuedDocument(const MisissuedDocument&) = delete;
  MisissuedDocument& operator=(const MisissuedDocument&) = delete;
  MisissuedDocument(MisissuedDocument&&) = delete;
  MisissuedDocument& operator=(MisissuedDocument&&) = delete;
  ~MisissuedDocument() = default;

  /// Before the power comes, and before another Hooks is installed that is to stay.
  [[nodiscard]] base::Result<void> put_into(applet_sim::kernel::Card& card) { return card.install(faulty_); }
  [[nodiscard]] const host::misissue::TrustMaterial& trust() const noexcept { return faulty_.trust(); }

 private:
  host::pki::TestCountry country_;
  FaultyDocument faulty_;
};

struct MisissueOption {
  std::filesystem::path pki;
  std::filesystem::path write_trust;

  void add_to(CLI::App& command);
  /// Takes the name of a document's fault out of `names` and loads the country that commits it; null when there is
  /// none. Errors have been said.
  [[nodiscard]] std::expected<std::unique_ptr<MisissuedDocument>, Exit> take(std::vector<std::string>& names) const;
  /// Puts the document into the card, and its trust material where --write-trust says. Errors have been said.
  [[nodiscard]] Exit apply(MisissuedDocument& document, applet_sim::kernel::Card& card) const;
};

/// Rows of the table of faults: name, where, card, caught by, result, what.
[[nodiscard]] std::vector<std::vector<std::string>> rows_of_document_faults();

}  // namespace cicada::tools
