// Random walks over the files, against a model of a few lines: what is selected, what may be read, how long a file is.
#include <array>
#include <functional>

#include "cards.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using cards::Bench;
using terminal::Command;
using terminal::Response;

namespace {

/// Numbers that a seed decides.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : rng_(seed) {}
  unsigned below(unsigned limit) {
    std::array<std::uint8_t, 4> octets{};
    CHECK_OK(rng_.fill(octets));
    const auto number = (static_cast<unsigned>(octets[0]) << 24U) | (static_cast<unsigned>(octets[1]) << 16U) |
                        (static_cast<unsigned>(octets[2]) << 8U) | octets[3];
    return number % limit;
  }
  template <std::size_t N>
  unsigned one_of(const std::array<unsigned, N>& numbers) {
    return numbers.at(below(N));
  }

 private:
  ReplayRng rng_;
};

/// The card as the standard describes it, without keys, octets and memory.
class Model {
 public:
  Model() : files_(cards::content().files) {}

  Response answer(const Command& command, std::size_t room, bool session) {
    if (command.ins == 0xA4) return select(command);
    return read(command, room, session);
  }

 private:
  using File = cards::sim::kernel::CardFile;

  Response select(const Command& command) {
    if (command.p1 == 0x00) return move_to(false);
    if (command.p1 == 0x04) return move_to(true);
    const auto* file = by_fid(static_cast<unsigned>((command.data[0] << 8U) | command.data[1]));
    if (file == nullptr) return {.data = {}, .sw = 0x6A82};
    current_ = file;
    return {.data = {}, .sw = 0x9000};
  }
  Response move_to(bool df) {
    in_df_ = df;
    current_ = nullptr;
    return {.data = {}, .sw = 0x9000};
  }
  [[nodiscard]] const File* find(const std::function<bool(const File&)>& wanted) const {
    for (const auto& file : files_) {
      if ((file.folder == cards::sim::kernel::Folder::lds1) == in_df_ && wanted(file)) return &file;
    }
    return nullptr;
  }
  [[nodiscard]] const File* by_fid(unsigned fid) const {
    return find([=](const File& file) { return file.fid == fid; });
  }
  [[nodiscard]] const File* by_sfi(unsigned sfi) const {
    return find([=](const File& file) { return file.sfi == sfi; });
  }

  Response read(const Command& command, std::size_t room, bool session) {
    const bool odd = command.ins == 0xB1;
    const unsigned p1p2 = static_cast<unsigned>(command.p1 << 8U) | command.p2;
    const File* file = current_;
    std::size_t offset = p1p2;
    unsigned missing = 0x6986;
    if (!odd && command.p1 >= 0x80) {
      if ((command.p1 & 0x60U) != 0 || command.p1 == 0x80) return {.data = {}, .sw = 0x6A86};
      file = by_sfi(command.p1 & 0x1FU);
      offset = command.p2;
      missing = 0x6A82;
    }
    if (odd) {
      offset = 0;
      for (std::size_t i = 2; i < command.data.size(); ++i) offset = (offset << 8U) | command.data[i];
      if (p1p2 != 0) {
        file = p1p2 <= 30 ? by_sfi(p1p2) : by_fid(p1p2);
        missing = 0x6A82;
      }
    }
    if (file == nullptr) return {.data = {}, .sw = missing};
    if (file->security_condition != 0 && !(session && file->security_condition == 0x40))
      return {.data = {}, .sw = 0x6982};
    if (offset >= file->content.size()) return {.data = {}, .sw = 0x6B00};
    return give(*file, offset, command, room, odd);
  }

  static std::size_t inside(std::size_t limit, bool odd) {
    if (!odd) return limit;
    std::size_t best = 0;
    for (std::size_t n = limit > 5 ? limit - 5 : 0; n < limit; ++n) {
      if (n > 0 && terminal::tlv(0x53, Bytes(n)).size() <= limit) best = n;
    }
    return best;
  }

  Response give(const File& file, std::size_t offset, const Command& command, std::size_t room, bool odd) {
    const auto ne = *command.le;
    const bool all = ne == 256 || ne == 65536;
    const auto wanted = std::min(inside(ne, odd), file.content.size() - offset);
    const auto fits = inside(room, odd);
    auto count = wanted;
    if (wanted == 0) return {.data = {}, .sw = 0x6700};
    if (wanted > fits) {
      if (!all || fits == 0) return {.data = {}, .sw = 0x6700};
      count = fits;
    }
    const auto data = ByteView{file.content}.subspan(offset, count);
    const bool short_of = !all && count < inside(ne, odd);
    current_ = &file;
    return {.data = odd ? terminal::tlv(0x53, data) : to_bytes(data), .sw = short_of ? 0x6282U : 0x9000U};
  }

  std::vector<File> files_;
  bool in_df_ = false;
  const File* current_ = nullptr;
};

Command random_command(Dice& dice) {
  constexpr std::array<unsigned, 12> kFids = {0x011C, 0x011D, 0x011E, 0x0101, 0x0102, 0x0103,
                                              0x0104, 0x010D, 0x0110, 0x0177, 0x001F, 0x1001};
  constexpr std::array<unsigned, 14> kLengths = {1, 2, 3, 4, 8, 100, 130, 131, 200, 223, 231, 232, 255, 256};
  constexpr std::array<unsigned, 14> kOffsets = {0, 1, 19, 20, 22, 49, 92, 93, 127, 255, 599, 600, 1904, 32767};
  const auto low = [](unsigned number) { return static_cast<std::uint8_t>(number); };
  const auto high = [](unsigned number) { return static_cast<std::uint8_t>(number >> 8U); };
  const auto le = dice.one_of(kLengths);
  switch (dice.below(10)) {
    case 0: return {.ins = 0xA4, .p1 = 0x00, .p2 = 0x0C};
    case 1: return {.ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = "A0000002471001"_hex};
    case 2:
    case 3: {
      const auto fid = dice.one_of(kFids);
      return {.ins = 0xA4, .p1 = 0x02, .p2 = 0x0C, .data = {high(fid), low(fid)}};
    }
    case 4:
    case 5: return {.ins = 0xB0, .p1 = low(0x80U + dice.below(0x80)), .p2 = low(dice.below(256)), .le = le};
    case 6:
    case 7: {
      const auto offset = dice.one_of(kOffsets);
      return {.ins = 0xB0, .p1 = high(offset), .p2 = low(offset), .le = le};
    }
    default: {
      constexpr std::array<unsigned, 3> kWays = {0, 1, 2};
      const auto way = dice.one_of(kWays);
      const auto file = way == 0 ? 0 : way == 1 ? 1 + dice.below(31) : dice.one_of(kFids);
      const auto offset = dice.below(4) == 0 ? dice.below(0x1000000) : dice.one_of(kOffsets) + dice.below(3) * 19'000;
      const Bytes octets = {low(offset >> 16U), high(offset), low(offset)};
      return {.ins = 0xB1, .p1 = high(file), .p2 = low(file), .data = terminal::tlv(0x54, octets), .le = le};
    }
  }
}

}  // namespace

TEST_GROUP(Model) {
  Bench bench;
  void compare(const Response& expected, const Response& actual) {
    LONGS_EQUAL(expected.sw, actual.sw);
    CHECK_BYTES(expected.data, actual.data);
  }
};

TEST(Model, says_what_the_card_says_without_a_session) {
  bench.use_personalized();
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Dice dice{seed};
    Model model;
    bench.card->reset();
    for (int i = 0; i < 300; ++i) {
      const auto command = random_command(dice);
      compare(model.answer(command, 65533, false), bench.plain(command));
    }
  }
}

TEST(Model, says_what_the_card_says_in_a_session) {
  bench.use_personalized();
  for (std::uint64_t seed = 1000; seed < 1100; ++seed) {
    Dice dice{seed};
    Model model;
    bench.card->reset();
    auto session = bench.open_session();
    static_cast<void>(model.answer({.ins = 0xA4, .p1 = 0x04}, 0, false));
    for (int i = 0; i < 300; ++i) {
      auto command = random_command(dice);
      command.extended = dice.below(2) == 0;
      // What fits into a response of 256 or 65,533 octets, in blocks: with and without the padding indicator alike.
      const std::size_t room = command.extended ? 65511 : 231;
      const auto actual = session.transmit(bench.wire(), command);
      CHECK(session.secured);
      compare(model.answer(command, room, true), actual);
    }
  }
}
