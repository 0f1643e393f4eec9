#include "document_card.h"

#include <array>

#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "plain_files.h"

namespace cicada::tests::mutation {

namespace kernel = applet_sim::kernel;

namespace {

constexpr std::array<std::string_view, 3> kNames = {"document-passport", "document-identity-card",
                                                    "document-residence-card"};

}  // namespace

std::string_view name_of(DocumentKind kind) noexcept {
  return kNames.at(static_cast<std::size_t>(kind));
}

std::optional<DocumentKind> document_kind(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<DocumentKind>(found - kNames.begin());
}

base::Result<Specimen> card_with(DocumentKind kind, const conformance::lds::Evidence& evidence, base::Rng& rng,
                                 const base::Clock& clock) {
  kernel::CardContent content;
  for (const auto& [file, octets] : evidence.files) {
    const auto place = place_of(conformance::lds::to_string(file));
    if (place.fid == 0 || octets.empty()) continue;
    content.files.push_back({.folder = place.in_master_file ? kernel::Folder::mf : kernel::Folder::lds1,
                             .fid = place.fid,
                             .sfi = place.sfi,
                             .security_condition = 0x00,
                             .content = octets});
  }
  const auto cell = std::make_shared<base::Bytes>();
  CICADA_TRY([[maybe_unused]] const auto card,
             kernel::Card::create_personalized({.rng = rng, .clock = clock},
                                               std::make_unique<applet_sim::nvm::MemoryStorage>(cell), content));
  Specimen made{
      .configuration = std::string{name_of(kind)}, .card = *cell, .ics = {}, .files_only = true, .now = evidence.now};
  made.ics.name = made.configuration;
  for (const auto profile : profiles_of(kind)) made.ics.profiles.emplace(profile);
  made.ics.mrz = evidence.printed_mrz.value_or("");
  made.ics.csca_certificates = evidence.csca_certificates;
  return made;
}

}  // namespace cicada::tests::mutation
