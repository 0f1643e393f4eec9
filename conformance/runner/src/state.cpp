#include "state.h"

#include <fmt/format.h>

#include "cicada/base/hex.h"

namespace cicada::conformance::runner {

using namespace base::literals;

namespace {

base::Result<std::uint16_t> status_of(terminal::Terminal& terminal, base::ByteView command) {
  CICADA_TRY(const auto response, terminal.send(command));
  return response.sw;
}

base::Result<ChipState> ask(terminal::Terminal& terminal) {
  CICADA_CHECK(terminal.reset());
  CICADA_TRY(const auto card_access, status_of(terminal, "00A4020C02011C"_hex));
  CICADA_TRY(const auto application, status_of(terminal, "00A4040C07A0000002471001"_hex));
  return ChipState{card_access, application};
}

}  // namespace

base::Result<ChipState> look_at(terminal::Terminal& terminal) {
  auto state = ask(terminal);
  static_cast<void>(terminal.take_log());
  return state;
}

std::string difference(const ChipState& now, const ChipState& start) {
  std::string text;
  const auto add = [&](std::string_view what, std::uint16_t is, std::uint16_t was) {
    if (is != was)
      text += fmt::format("{}SELECT of {}: {:04X}, at the start {:04X}", text.empty() ? "" : "; ", what, is, was);
  };
  add("EF.CardAccess", now.card_access, start.card_access);
  add("the application", now.application, start.application);
  return text;
}

}  // namespace cicada::conformance::runner
