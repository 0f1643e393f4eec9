#include "application.h"

#include <fmt/format.h>

#include "cicada/conformance/procedures/steps.h"
#include "cicada/conformance/terminal/bac.h"
#include "cicada/conformance/terminal/mrz.h"
#include "cicada/conformance/terminal/pace.h"

namespace cicada::conformance::procedures {

using host::iso7816::CommandApdu;
using model::Outcome;

CommandApdu select_application() {
  return {.ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = base::to_bytes(kLds1Application)};
}

CommandApdu select_file(std::uint16_t fid) {
  return {.ins = 0xA4,
          .p1 = 0x02,
          .p2 = 0x0C,
          .data = {static_cast<std::uint8_t>(fid >> 8U), static_cast<std::uint8_t>(fid & 0xFFU)}};
}

CommandApdu read_binary(std::uint16_t offset, std::uint32_t ne) {
  return {.ins = 0xB0,
          .p1 = static_cast<std::uint8_t>((offset >> 8U) & 0x7FU),
          .p2 = static_cast<std::uint8_t>(offset & 0xFFU),
          .ne = ne};
}

CommandApdu read_binary_sfi(std::uint8_t sfi, std::uint8_t offset, std::uint32_t ne) {
  return {.ins = 0xB0, .p1 = static_cast<std::uint8_t>(0x80U | sfi), .p2 = offset, .ne = ne};
}

Outcome enter_application(Scene& scene) {
  const auto seen = scene.terminal.transmit(select_application(), "SELECT eMRTD application");
  if (!seen) return inconclusive("SELECT of the eMRTD application", seen.error());
  if (seen->sw != 0x9000 || !seen->wrong.empty() || seen->secured != scene.terminal.has_session()) {
    return model::inconclusive(
        fmt::format("the eMRTD application cannot be selected: {:04X} {}", seen->sw, seen->wrong));
  }
  return model::pass();
}

namespace {

/// A statement has at least one of them; both open the same.
base::Result<terminal::PacePassword> password_of(const model::Ics& ics) {
  if (ics.mrz.empty()) return terminal::PacePassword::from_can(base::as_text(ics.can.expose()));
  CICADA_TRY(const auto information, terminal::mrz_information(ics.mrz));
  return terminal::PacePassword::from_mrz_information(information);
}

}  // namespace

Outcome open_with_pace(Scene& scene, Offers which) {
  const auto password = password_of(scene.ics);
  if (!password) return inconclusive("the statement's MRZ or CAN", password.error());
  const auto infos = terminal::read_card_access(scene.terminal);
  if (!infos) return inconclusive("EF.CardAccess", infos.error());
  auto offers = host::access::usable_offers(*infos);
  if (which == Offers::without_cam) {
    std::erase_if(
        offers, [](const auto& offer) { return offer.protocol.mapping == host::access::Mapping::chip_authentication; });
  }
  const auto* const offer = host::access::strongest(offers);
  if (offer == nullptr) return model::inconclusive("EF.CardAccess offers no such PACE that is known");
  auto run = terminal::run_pace(scene.terminal, *offer, *password);
  if (!run) return inconclusive("PACE", run.error());
  scene.terminal.open(run->session.clone());
  scene.pace.emplace(*std::move(run));
  return model::pass();
}

base::Result<terminal::BacKeys> bac_keys(const model::Ics& ics) {
  CICADA_TRY(const auto information, terminal::mrz_information(ics.mrz));
  return terminal::BacKeys::from_mrz_information(information);
}

Outcome open_with_bac(Scene& scene) {
  const auto keys = bac_keys(scene.ics);
  if (!keys) return inconclusive("the statement's MRZ", keys.error());
  const auto done = terminal::run_bac(scene.terminal, *keys);
  return done ? model::pass() : inconclusive("BAC", done.error());
}

Outcome need_file(Scene& scene, std::string_view name, base::Bytes& content) {
  const bool known = scene.files.contains(std::string{name});
  auto outcome = read_file(scene, name, content);
  if (known || !outcome.passed()) return outcome;
  const auto* const given = find_given(scene.test.given);
  return given == nullptr ? outcome : given->given(scene);
}

}  // namespace cicada::conformance::procedures
