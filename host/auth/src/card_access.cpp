#include "card_access.h"

#include <fmt/format.h>

#include <algorithm>

#include "chip_files.h"
#include "cicada/host/auth/deviation.h"

namespace cicada::host::auth {

namespace {

constexpr auto kName = CheckName::card_access_match;
constexpr int kDg14 = 14;

/// The signed copy, whether it counts, and what to call it.
struct SignedCopy {
  asn1::SecurityInfos infos;
  std::string name;
  std::string doubt;  ///< why nothing vouches for it; empty: it counts
};

/// From DG14, else from EF.CardSecurity. Nothing when there is none; fails when there is one that cannot be read.
base::Result<std::optional<SignedCopy>> signed_copy(const PassiveInput& passive, const Binding& dg14,
                                                    const CardSecurity* card_security) {
  if (const auto file = passive.data_groups.find(kDg14); file != passive.data_groups.end()) {
    CICADA_TRY(auto infos, infos_of_dg14(file->second));
    return SignedCopy{.infos = std::move(infos), .name = "DG14", .doubt = dg14.reason};
  }
  if (card_security != nullptr && card_security->infos) {
    return SignedCopy{.infos = *card_security->infos,
                      .name = "EF.CardSecurity",
                      .doubt = card_security->verified() ? "" : card_security->reason};
  }
  return std::nullopt;
}

/// PACE that was signed and not shown.
std::size_t hidden_protocols(const asn1::SecurityInfos& shown, const asn1::SecurityInfos& signed_infos) {
  const auto offers = signed_infos.all<asn1::PaceInfo>();
  return static_cast<std::size_t>(std::ranges::count_if(offers, [&shown](const auto& offer) {
    return std::ranges::none_of(shown.entries,
                                [&offer](const auto& entry) { return base::equal(entry.der, offer.entry->der); });
  }));
}

Check without_card_access(const ChipInput& chip, const std::optional<SignedCopy>& copy) {
  if (!copy || copy->infos.all<asn1::PaceInfo>().empty()) {
    return not_needed(kName, fmt::format("{} makes no use of EF.CardAccess", chip.access_protocol));
  }
  auto reason = fmt::format("{} offers PACE, and the chip showed no EF.CardAccess", copy->name);
  if (copy->doubt.empty()) return failed(kName, std::move(reason));
  return not_checked(kName, fmt::format("{}; nothing vouches for it, though ({})", reason, copy->doubt));
}

Check compare(const asn1::SecurityInfos& shown, const SignedCopy& copy) {
  if (const auto missing = asn1::missing_from(shown, copy.infos); !missing.empty()) {
    return failed(kName, fmt::format("EF.CardAccess shows {} that {} does not repeat ({})",
                                     missing.size() == 1 ? "an entry" : fmt::format("{} entries", missing.size()),
                                     copy.name, missing.front().protocol.to_dotted()));
  }
  if (const auto hidden = hidden_protocols(shown, copy.infos); hidden != 0) {
    return failed(kName, fmt::format("{} offers PACE in {} that EF.CardAccess does not show", copy.name,
                                     hidden == 1 ? "a form" : fmt::format("{} forms", hidden)));
  }
  if (!copy.doubt.empty()) {
    return not_checked(
        kName, fmt::format("EF.CardAccess matches {}, but nothing vouches for that ({})", copy.name, copy.doubt));
  }
  return passed(kName, fmt::format("EF.CardAccess is repeated in {}", copy.name));
}

void add(std::vector<std::string>& deviations, const asn1::SecurityInfos& infos) {
  for (const auto& name : infos.deviations) {
    if (std::ranges::find(deviations, name.view()) == deviations.end()) deviations.emplace_back(name.view());
  }
}

}  // namespace

Check judge_card_access(const PassiveInput& passive, const ChipInput& chip, const Binding& binding,
                        const CardSecurity* card_security) {
  const auto copy = signed_copy(passive, binding, card_security);
  if (!copy) return failed(kName, fmt::format("DG14 cannot be read: {}", copy.error().what.view()));
  if (!chip.ef_card_access) return without_card_access(chip, *copy);
  const auto shown = asn1::parse_security_infos(*chip.ef_card_access);
  if (!shown) return failed(kName, fmt::format("EF.CardAccess cannot be read: {}", shown.error().what.view()));
  if (!*copy) {
    return not_checked(kName, fmt::format("nothing that is signed repeats EF.CardAccess ({})", binding.reason));
  }
  auto check = compare(*shown, **copy);
  if (card_security != nullptr && card_security->infos && !asn1::missing_from(*shown, *card_security->infos).empty()) {
    check.deviations.emplace_back(deviation::kCardSecurityIncomplete);
  }
  add(check.deviations, *shown);
  add(check.deviations, (*copy)->infos);
  return check;
}

}  // namespace cicada::host::auth
