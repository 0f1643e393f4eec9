#include "plain_files.h"

#include <array>
#include <charconv>

#include "cicada/base/hex.h"

namespace cicada::tests::mutation {

namespace model = conformance::model;
using base::Bytes;
using namespace base::literals;

namespace {

/// More octets than this are not read.
constexpr std::size_t kMaxFile = 32'767;
constexpr std::size_t kAtOnce = 240;

struct Named {
  std::string_view name;
  Place place;
};
constexpr std::array kFiles = {
    Named{"EF.CardAccess", {.in_master_file = true, .fid = 0x011C, .sfi = 0x1C}},
    Named{"EF.CardSecurity", {.in_master_file = true, .fid = 0x011D, .sfi = 0x1D}},
    Named{"EF.ATR/INFO", {.in_master_file = true, .fid = 0x2F01, .sfi = 0x01}},
    Named{"EF.DIR", {.in_master_file = true, .fid = 0x2F00, .sfi = 0x1E}},
    Named{"EF.COM", {.fid = 0x011E, .sfi = 0x1E}},
    Named{"EF.SOD", {.fid = 0x011D, .sfi = 0x1D}},
    Named{"EF.CVCA", {.fid = 0x011C, .sfi = 0x1C}},
};

Bytes select(std::uint16_t fid) {
  auto command = "00A4020C02"_hex;
  command.push_back(static_cast<std::uint8_t>(fid >> 8U));
  command.push_back(static_cast<std::uint8_t>(fid));
  return command;
}

Bytes read_at(std::size_t offset) {
  return {0x00, 0xB0, static_cast<std::uint8_t>(offset >> 8U), static_cast<std::uint8_t>(offset),
          static_cast<std::uint8_t>(kAtOnce)};
}

base::Result<bool> select_it(conformance::terminal::Terminal& terminal, const Place& place) {
  CICADA_CHECK(terminal.reset());
  if (!place.in_master_file) {
    CICADA_TRY(const auto application, terminal.send("00A4040C07A0000002471001"_hex));
    if (application.sw != 0x9000) return false;
  }
  CICADA_TRY(const auto selected, terminal.send(select(place.fid)));
  return selected.sw == 0x9000;
}

}  // namespace

Place place_of(std::string_view name) {
  for (const auto& file : kFiles) {
    if (file.name == name) return file.place;
  }
  unsigned number = 0;
  if (!name.starts_with("DG")) return {};
  std::from_chars(name.data() + 2, name.data() + name.size(), number);
  return {.fid = static_cast<std::uint16_t>(0x0100U + number), .sfi = static_cast<std::uint8_t>(number)};
}

model::Outcome read_in_plain(conformance::procedures::Scene& scene, std::string_view name, Bytes& content) {
  const auto selected = select_it(scene.terminal, place_of(name));
  if (!selected) return model::inconclusive("no answer");
  if (!*selected) return model::inconclusive("the file is not there");
  while (content.size() <= kMaxFile) {
    const auto part = scene.terminal.send(read_at(content.size()));
    if (!part) return model::inconclusive("no answer");
    base::append(content, part->data);
    if (part->data.size() < kAtOnce) return model::pass();
  }
  return model::inconclusive("the file is longer than plain commands reach");
}

}  // namespace cicada::tests::mutation
