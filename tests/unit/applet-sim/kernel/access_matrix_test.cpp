// Every file, before and after access, plain and secured, by every way to reach it: one table.
#include <array>
#include <functional>
#include <string>
#include <vector>

#include "cards.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using cards::Bench;
using terminal::Command;

namespace {

/// One file of cards::content() and what READ BINARY of it answers.
struct Row {
  const char* name;
  bool in_mf;
  unsigned fid;
  unsigned sfi;
  unsigned size;
  unsigned before;  // no session
  unsigned after;   // in a BAC session, secured
};

constexpr std::array kFiles = {
    Row{"MF/EF.CardAccess (00)", true, 0x011C, 0x1C, 20, 0x9000, 0x9000},
    Row{"MF/EF.CardSecurity (40)", true, 0x011D, 0x1D, 30, 0x6982, 0x9000},
    Row{"EF.COM (40)", false, 0x011E, 0x1E, 22, 0x6982, 0x9000},
    Row{"EF.SOD (40)", false, 0x011D, 0x1D, 1905, 0x6982, 0x9000},
    Row{"DG1 (40)", false, 0x0101, 0x01, 93, 0x6982, 0x9000},
    Row{"DG2 (40)", false, 0x0102, 0x02, 600, 0x6982, 0x9000},
    Row{"DG3 (E3)", false, 0x0103, 0x03, 50, 0x6982, 0x6982},
    Row{"DG4 (E4)", false, 0x0104, 0x04, 50, 0x6982, 0x6982},
    Row{"DG13 (40)", false, 0x010D, 0x00, 40'000, 0x6982, 0x9000},
    Row{"DG16 (FF)", false, 0x0110, 0x10, 10, 0x6982, 0x6982},
};

using Send = std::function<terminal::Response(const Command&)>;

Command select_fid(unsigned fid) {
  return {.ins = 0xA4,
          .p1 = 0x02,
          .p2 = 0x0C,
          .data = {static_cast<std::uint8_t>(fid >> 8U), static_cast<std::uint8_t>(fid)}};
}

/// Reads four octets of a file in one way; an odd READ BINARY's DO'53' is taken off.
struct Way {
  const char* name;
  bool selects;
  std::function<Command(const Row&)> read;
};

std::vector<Way> ways() {
  const auto do54 = "540100"_hex;
  return {
      {"B0, current EF", true, [](const Row&) { return Command{.ins = 0xB0, .le = 4}; }},
      {"B0, SFI", false,
       [](const Row& row) { return Command{.ins = 0xB0, .p1 = static_cast<std::uint8_t>(0x80U | row.sfi), .le = 4}; }},
      {"B1, current EF", true, [=](const Row&) { return Command{.ins = 0xB1, .data = do54, .le = 6}; }},
      {"B1, SFI", false,
       [=](const Row& row) {
         return Command{.ins = 0xB1, .p2 = static_cast<std::uint8_t>(row.sfi), .data = do54, .le = 6};
       }},
      {"B1, FID", false,
       [=](const Row& row) {
         return Command{.ins = 0xB1,
                        .p1 = static_cast<std::uint8_t>(row.fid >> 8U),
                        .p2 = static_cast<std::uint8_t>(row.fid),
                        .data = do54,
                        .le = 6};
       }},
  };
}

}  // namespace

TEST_GROUP(AccessMatrix) {
  Bench bench;
  void setup() override {
    bench.use_personalized();
  }
  static bool by_sfi(const Way& way) {
    return std::string{way.name}.find("SFI") != std::string::npos;
  }
  void check(const Row& row, const Way& way, unsigned expected, const Send& send, unsigned selected = 0x9000) {
    const auto label = std::string{row.name} + ", " + way.name;
    if (row.sfi == 0 && by_sfi(way)) return;
    if (way.selects) LONGS_EQUAL_TEXT(selected, send(select_fid(row.fid)).sw, label.c_str());
    if (way.selects && selected != 0x9000) return;
    auto answer = send(way.read(row));
    LONGS_EQUAL_TEXT(expected, answer.sw, label.c_str());
    if (expected != 0x9000) {
      LONGS_EQUAL_TEXT(0, answer.data.size(), label.c_str());
      return;
    }
    auto data = answer.data;
    if (way.read(row).ins == 0xB1) {
      CHECK_BYTES("5304"_hex, ByteView{data}.first(2));
      data.erase(data.begin(), data.begin() + 2);
    }
    for (const auto& file : cards::content().files) {
      if (file.fid == row.fid && (file.folder == cards::sim::kernel::Folder::mf) == row.in_mf) {
        CHECK_BYTES(ByteView{file.content}.first(4), data);
      }
    }
  }
  void go_to(const Row& row, const Send& send) {
    const Command select_mf{.ins = 0xA4, .p2 = 0x0C};
    const Command select_df{.ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = "A0000002471001"_hex};
    LONGS_EQUAL(0x9000, send(row.in_mf ? select_mf : select_df).sw);
  }
};

TEST(AccessMatrix, without_a_session) {
  const auto send = [this](const Command& command) { return bench.plain(command); };
  for (const auto& row : kFiles) {
    for (const auto& way : ways()) {
      bench.card->reset();
      go_to(row, send);
      check(row, way, row.before, send);
    }
  }
}

TEST(AccessMatrix, in_a_bac_session) {
  for (const auto& row : kFiles) {
    for (const auto& way : ways()) {
      auto session = bench.open_session();
      const auto send = [&](const Command& command) {
        const auto answer = session.transmit(bench.wire(), command);
        CHECK(session.secured);
        return answer;
      };
      go_to(row, send);
      check(row, way, row.after, send);
    }
  }
}

TEST(AccessMatrix, plain_inside_a_session) {
  for (const auto& row : kFiles) {
    for (const auto& way : ways()) {
      auto session = bench.open_session();
      const auto send = [&](const Command& command) { return bench.plain(command); };
      go_to(row, send);
      check(row, way, row.before, send);
    }
  }
}

TEST(AccessMatrix, after_a_session_ended) {
  for (const auto& row : kFiles) {
    for (const auto& way : ways()) {
      auto session = bench.open_session();
      LONGS_EQUAL(0x9000, session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x9E, .le = 4}).sw);
      CHECK_BYTES("6987"_hex, bench.send("0CB0000000"_hex));
      const auto send = [&](const Command& command) { return bench.plain(command); };
      go_to(row, send);
      check(row, way, row.before, send);
    }
  }
}

TEST(AccessMatrix, without_a_session_on_a_chip_with_pace) {
  const auto send = [this](const Command& command) { return bench.plain(command); };
  for (const bool with_bac : {true, false}) {
    auto content = cards::pace_content();
    if (!with_bac) content.access_keys.reset();
    bench.use(content);
    for (const auto& row : kFiles) {
      for (const auto& way : ways()) {
        bench.card->reset();
        go_to(row, send);
        check(row, way, row.before, send, row.before);
      }
    }
  }
}

TEST(AccessMatrix, tells_nothing_of_an_application_behind_pace) {
  auto content = cards::pace_content();
  content.files.push_back({.fid = 0x0107, .sfi = 0x07, .security_condition = 0x00, .content = "67"_hex});
  bench.use(content);
  bench.select_lds1();
  for (const unsigned fid : {0x0101U, 0x0107U, 0x0109U, 0x3F00U}) LONGS_EQUAL(0x6982, bench.plain(select_fid(fid)).sw);
  for (unsigned p1 = 0x80; p1 < 0x100; ++p1) {
    LONGS_EQUAL(0x6982, bench.plain({.ins = 0xB0, .p1 = static_cast<std::uint8_t>(p1), .le = 1}).sw);
  }
  LONGS_EQUAL(0x6982, bench.plain({.ins = 0xB0, .le = 1}).sw);
  LONGS_EQUAL(0x6982, bench.plain({.ins = 0xB1, .p1 = 0x01, .p2 = 0x07, .data = "540100"_hex, .le = 3}).sw);
  // In the MF what is free stays free, and what is not there is not there.
  LONGS_EQUAL(0x9000, bench.plain({.ins = 0xA4, .p2 = 0x0C}).sw);
  LONGS_EQUAL(0x9000, bench.plain(select_fid(0x011C)).sw);
  LONGS_EQUAL(0x6A82, bench.plain(select_fid(0x0101)).sw);
}

TEST(AccessMatrix, in_sessions_of_pace_and_of_bac_on_one_chip) {
  bench.use(cards::pace_content());
  for (const auto& row : kFiles) {
    for (const auto& way : ways()) {
      for (const bool by_pace : {true, false}) {
        auto session = by_pace ? bench.open_pace() : bench.open_session();
        const auto send = [&](const Command& command) {
          const auto answer = session.transmit(bench.wire(), command);
          CHECK(session.secured);
          return answer;
        };
        go_to(row, send);
        check(row, way, row.after, send);
      }
    }
  }
}

TEST(AccessMatrix, plain_inside_a_session_of_pace) {
  bench.use(cards::pace_content());
  for (const auto& row : kFiles) {
    for (const auto& way : ways()) {
      auto session = bench.open_pace();
      LONGS_EQUAL(0x9000, session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x9D, .le = 4}).sw);
      const auto send = [&](const Command& command) { return bench.plain(command); };
      go_to(row, send);
      check(row, way, row.before, send, row.before);
    }
  }
}

TEST(AccessMatrix, gives_nothing_to_the_puk) {
  bench.use(cards::pace_content());
  for (const auto& row : kFiles) {
    auto session = bench.open_pace(4);
    const auto send = [&](const Command& command) { return session.transmit(bench.wire(), command); };
    go_to(row, send);
    for (const auto& way : ways()) check(row, way, row.before, send);
  }
}

TEST(AccessMatrix, writes_nothing_in_any_state) {
  const auto before = bench.memory();
  auto session = bench.open_session();
  for (const auto& row : kFiles) {
    for (const unsigned ins :
         {0xD0U, 0xD1U, 0xD6U, 0xD7U, 0xE0U, 0xE2U, 0xE4U, 0x0EU, 0x0FU, 0xDAU, 0xDBU, 0x44U, 0x04U}) {
      for (const bool plain : {false, true}) {
        const Command command{.ins = static_cast<std::uint8_t>(ins),
                              .p1 = static_cast<std::uint8_t>(0x80U | row.sfi),
                              .data = "01020304"_hex};
        if (plain) {
          LONGS_EQUAL(0x6D00, bench.plain(command).sw);
          session = bench.open_session();
        } else {
          LONGS_EQUAL(0x6D00, session.transmit(bench.wire(), command).sw);
        }
      }
    }
  }
  CHECK_BYTES(before, bench.memory());
}
