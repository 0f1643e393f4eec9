// Chips that do one thing wrong, and the case that has to see it.
#include <fmt/format.h>

#include <functional>
#include <memory>
#include <optional>

#include "bench.h"
#include "cicada/applet_sim/sm/secure_messaging.h"

#include <CppUTest/TestRegistry.h>

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::base::literals;
using applet_sim::apdu::CommandApdu;
using applet_sim::apdu::CommandView;
using applet_sim::applet::Context;
using applet_sim::applet::Reply;
using conformance::model::Verdict;

namespace {

/// What a chip does wrong, at whichever seam it is easiest to say.
struct Wrong {
  std::function<std::optional<Bytes>(ByteView)> octets = {};  ///< an answer: the chip has not seen the command
  std::function<void(CommandApdu&)> command = {};
  std::function<void(const CommandView&, Reply&)> reply = {};
  std::function<void(Bytes&)> objects = {};  ///< of a protected response, before the MAC
  std::function<void(Bytes&)> answer = {};   ///< the octets that go out
};

class Bent final : public applet_sim::kernel::Hooks {
 public:
  explicit Bent(Wrong wrong) : wrong_(std::move(wrong)) {}
  std::optional<Bytes> intercept(const Context&, ByteView octets) override {
    return wrong_.octets ? wrong_.octets(octets) : std::nullopt;
  }
  std::optional<Reply> before(const Context&, CommandApdu& command) override {
    if (wrong_.command) wrong_.command(command);
    return std::nullopt;
  }
  void after(const Context&, const CommandView& command, Reply& reply) override {
    if (wrong_.reply) wrong_.reply(command, reply);
  }
  applet_sim::sm::Wrapping wrapping() override { return {.edit = wrong_.objects}; }
  void leave(Bytes& answer) override {
    if (wrong_.answer) wrong_.answer(answer);
  }

 private:
  Wrong wrong_;
};

struct Row {
  std::string_view id;  ///< of the case that must fail
  std::string_view chip;
  std::string_view what;
  std::function<Wrong()> make;
};

// What commands and answers look like.
bool starts(ByteView octets, const Bytes& with) {
  return octets.size() >= with.size() && equal(octets.first(with.size()), with);
}
Wrong answers(Bytes command, Bytes answer) {
  return {.octets = [command = std::move(command), answer = std::move(answer)](ByteView octets) {
    return starts(octets, command) ? std::optional{answer} : std::nullopt;
  }};
}
/// From its n-th time on (from 1).
Wrong answers_from(unsigned nth, Bytes command, Bytes answer) {
  auto count = std::make_shared<unsigned>(0);
  return {.octets = [=](ByteView octets) {
    return starts(octets, command) && ++*count >= nth ? std::optional{answer} : std::nullopt;
  }};
}
Wrong replies(std::uint8_t ins, std::function<void(Reply&)> change) {
  return {.reply = [=](const CommandView& command, Reply& reply) {
    if (command.ins == ins) change(reply);
  }};
}
Wrong refuses(std::uint8_t ins, std::uint16_t sw) {
  return replies(ins, [=](Reply& reply) {
    reply.response.data.clear();
    reply.response.sw = sw;
  });
}
Wrong gives(std::uint8_t ins, Bytes data) {
  return replies(ins, [=](Reply& reply) {
    reply.response.data = data;
    reply.response.sw = 0x9000;
  });
}
Wrong longer(std::uint8_t ins) {
  return replies(ins, [](Reply& reply) { reply.response.data.push_back(0x00); });
}
Wrong changed(std::uint8_t ins) {
  return replies(ins, [](Reply& reply) {
    if (!reply.response.data.empty()) reply.response.data.back() ^= 1U;
  });
}
Wrong edits(std::function<void(Bytes&)> change) {
  return {.objects = std::move(change)};
}
/// Refuses a command and the `more` protected ones behind it without counting them: the session is still there.
Wrong survives(Bytes command, Bytes answer, unsigned more) {
  auto left = std::make_shared<std::optional<unsigned>>();
  return {.octets = [=](ByteView octets) -> std::optional<Bytes> {
    if (!*left && starts(octets, command) && octets.size() != 0) {
      *left = more;
      return answer;
    }
    if (!*left || **left == 0) return std::nullopt;
    --**left;
    return answer;
  }};
}

const Bytes kSelectApp = "00A4040C"_hex;
const Bytes kSelectFile = "00A4020C"_hex;
const Bytes kSmSelectFile = "0CA4020C"_hex;
const Bytes kRead = "00B0"_hex;
const Bytes kSmRead = "0CB0"_hex;
const Bytes kChallenge = "0084"_hex;
const Bytes kAuthenticate = "0082"_hex;
const Bytes kData = "60146101029000"_hex;

const std::vector<Row>& rows() {
  static const std::vector<Row> kRows = {
      {"ISO7816_A_1", "bac", "gives file control information", [] { return answers(kSelectApp, "6F009000"_hex); }},
      {"ISO7816_A_1", "bac", "does not know the application", [] { return refuses(0xA4, 0x6A82); }},
      {"ISO7816_A_2", "bac-pace", "wants PACE before it tells of the application",
       [] { return answers(kSelectApp, "6982"_hex); }},
      {"ISO7816_A_3", "pace-gm-ecdh", "ends the session with SELECT",
       [] { return answers("0CA4040C"_hex, "9000"_hex); }},
      {"ISO7816_A_3", "pace-gm-ecdh", "gives data",
       [] {
         return Wrong{.reply = [](const CommandView& command, Reply& reply) {
           if (command.ins == 0xA4 && command.p1 == 4) reply.response.data = "6F00"_hex;
         }};
       }},

      {"ISO7816_B_1", "bac", "says that a protected file is not there",
       [] { return answers(kSelectFile, "6A82"_hex); }},
      {"ISO7816_B_3", "bac", "reads what was selected without access", [] { return answers(kRead, kData); }},
      {"ISO7816_B_18", "groups-bac", "reads what was selected without access", [] { return answers(kRead, kData); }},
      {"ISO7816_B_19", "bac", "reads by short identifier without access", [] { return answers(kRead, kData); }},
      {"ISO7816_B_22", "bac", "says that a protected file is not there", [] { return answers(kRead, "6A82"_hex); }},
      {"ISO7816_B_35", "groups-bac", "gives data with its refusal", [] { return answers(kRead, "606982"_hex); }},
      {"ISO7816_B_39", "bac", "refuses to read under the session", [] { return refuses(0xB0, 0x6982); }},
      {"ISO7816_B_38", "bac", "gives one octet less than asked for",
       [] {
         return replies(0xB0, [](Reply& reply) {
           if (!reply.response.data.empty()) reply.response.data.pop_back();
         });
       }},
      {"ISO7816_B_37", "bac", "reads in plain while a session is open", [] { return answers(kRead, kData); }},
      {"ISO7816_B_40", "bac", "keeps its session after a plain command", [] { return answers(kRead, "6982"_hex); }},
      {"ISO7816_B_41", "groups-bac", "keeps fingers for itself", [] { return refuses(0xB0, 0x6982); }},
      {"ISO7816_B_42", "groups-bac", "keeps its session after a plain command",
       [] { return answers(kRead, "6982"_hex); }},

      {"ISO7816_C_1", "bac", "has one challenge", [] { return answers(kChallenge, "0102030405060708 9000"_hex); }},
      {"ISO7816_C_1", "bac", "gives seven octets",
       [] { return replies(0x84, [](Reply& r) { r.response.data.pop_back(); }); }},
      {"ISO7816_C_2", "bac", "answers with a wrong MAC", [] { return changed(0x82); }},
      {"ISO7816_C_2", "bac", "repeats what it was sent",
       [] {
         return Wrong{.reply = [](const CommandView& command, Reply& reply) {
           if (command.ins == 0x82) reply.response.data = to_bytes(command.data);
         }};
       }},
      {"ISO7816_C_2", "bac", "opens no session",
       [] { return replies(0x82, [](Reply& reply) { reply.effects.clear(); }); }},
      {"ISO7816_C_3", "bac", "believes whatever comes",
       [] { return answers(kAuthenticate, concat({Bytes(40, 0x5A), "9000"_hex})); }},
      {"ISO7816_C_3", "bac", "gives data with its refusal", [] { return answers(kAuthenticate, "016300"_hex); }},
      {"ISO7816_C_4", "bac", "keeps the older of two challenges",
       [] { return answers_from(2, kChallenge, "0102030405060708 9000"_hex); }},
      {"ISO7816_C_4", "bac", "takes zeros for the challenge that it never gave",
       [] { return answers(concat({kAuthenticate, "000028"_hex}), concat({Bytes(40, 0x5A), "9000"_hex})); }},
      {"ISO7816_C_6", "bac", "is closed after a failure", [] { return answers_from(2, kAuthenticate, "6985"_hex); }},
      {"ISO7816_C_6", "bac", "looks at no MAC", [] { return answers(kAuthenticate, concat({Bytes(40), "9000"_hex})); }},
      {"ISO7816_C_8", "bac", "leaves the status out of what it protects",
       [] { return edits([](Bytes& objects) { objects.resize(objects.size() - 4); }); }},
      {"ISO7816_C_8", "bac", "changes a bit of the MAC",
       [] {
         return Wrong{.answer = [](Bytes& answer) {
           if (answer.size() > 20 && answer[0] == 0x87) answer[answer.size() - 3] ^= 1U;
         }};
       }},
      {"ISO7816_C_9", "bac", "leaves DO'53' out",
       [] {
         return replies(0xB1, [](Reply& reply) {
           reply.response.data.erase(reply.response.data.begin(), reply.response.data.begin() + 2);
         });
       }},
      {"ISO7816_C_9", "bac", "does not know the instruction", [] { return refuses(0xB1, 0x6D00); }},
      {"ISO7816_C_10", "bac", "gives an empty cryptogram with SELECT",
       [] {
         return edits([](Bytes& objects) {
           if (objects[0] == 0x99) objects.insert(objects.begin(), {0x87, 0x01, 0x01});
         });
       }},
      {"ISO7816_C_11", "bac", "protects the answer as of an even instruction",
       [] {
         return edits([](Bytes& objects) {
           if (objects[0] == 0x85) objects[0] = 0x87;
         });
       }},
      {"ISO7816_C_12", "bac", "keeps its session", [] { return survives(kSmSelectFile, "6987"_hex, 2); }},
      {"ISO7816_C_13", "bac", "keeps its session", [] { return survives(kSmSelectFile, "6988"_hex, 2); }},
      {"ISO7816_C_14", "bac", "keeps its session", [] { return survives(kSmSelectFile, "6988"_hex, 0); }},
      {"ISO7816_C_17", "bac", "keeps its session", [] { return survives(kSmRead, "6987"_hex, 2); }},
      {"ISO7816_C_18", "bac", "keeps its session", [] { return survives(kSmRead, "6982"_hex, 2); }},
      {"ISO7816_C_13", "bac", "has another word for it", [] { return survives(kSmSelectFile, "6F00"_hex, 9); }},
      {"ISO7816_C_18", "bac", "answers all the same", [] { return answers(kSmRead, kData); }},
      {"ISO7816_C_16", "bac", "keeps its session", [] { return answers(concat({kSelectFile, "02"_hex}), "9000"_hex); }},

      {"ISO7816_D_1", "bac", "has another file there", [] { return gives(0xB0, "61"_hex); }},
      {"ISO7816_D_8", "bac", "does not select", [] { return answers(kSmSelectFile, "6A82"_hex); }},
      {"ISO7816_D_9", "groups-bac", "has another file there", [] { return gives(0xB0, "75"_hex); }},
      {"ISO7816_D_22", "groups", "gives data with SELECT",
       [] {
         return Wrong{.reply = [](const CommandView& command, Reply& reply) {
           if (command.ins == 0xA4 && command.p1 == 2) reply.response.data = "6200"_hex;
         }};
       }},
      {"ISO7816_D_23", "bac", "selects what is not there",
       [] {
         return Wrong{.reply = [](const CommandView& command, Reply& reply) {
           if (command.p1 == 2 && equal(command.data, "0202"_hex)) reply.response.sw = 0x9000;
         }};
       }},
      {"ISO7816_D_23", "bac", "ends the session with its refusal", [] { return answers(kSmSelectFile, "6A82"_hex); }},

      {"ISO7816_E_1", "bac", "gives two octets for one", [] { return longer(0xB0); }},
      {"ISO7816_E_3", "bac", "gives something from behind the end", [] { return gives(0xB0, "00"_hex); }},
      {"ISO7816_E_4", "bac", "gives less than there is",
       [] {
         return Wrong{.reply = [](const CommandView& command, Reply& reply) {
           if (command.ins == 0xB0 && command.le.ne == 0xE0) reply.response.data.pop_back();
         }};
       }},
      {"ISO7816_E_4", "bac", "refuses instead of giving what there is",
       [] {
         return Wrong{.reply = [](const CommandView& command, Reply& reply) {
           if (command.ins == 0xB0 && command.le.ne == 0xE0) reply.response = applet_sim::apdu::ResponseApdu{0x6B00};
         }};
       }},
      {"ISO7816_E_7", "bac", "does not know short identifiers", [] { return refuses(0xB0, 0x6A82); }},
      {"ISO7816_E_9", "groups-bac", "gives two octets for one", [] { return longer(0xB0); }},
      {"ISO7816_E_22", "groups-bac", "gives none", [] { return gives(0xB0, {}); }},

      {"ISO7816_O_1", "pace-gm-ecdh", "lets itself be told a protected file",
       [] { return answers(kSelectFile, "9000"_hex); }},
      {"ISO7816_O_18", "groups", "says that a protected file is not there",
       [] { return answers(kSelectFile, "6A82"_hex); }},
      {"ISO7816_O_21", "bac-pace", "reads without access", [] { return answers(kRead, kData); }},
      {"ISO7816_O_36", "groups", "has another word for it", [] { return answers(kRead, "6A82"_hex); }},
      {"ISO7816_O_37", "pace-gm-ecdh", "keeps its session after a plain command",
       [] { return answers(concat({kRead, "000000"_hex}), "6982"_hex); }},
      {"ISO7816_O_41", "groups", "keeps its session after a plain command",
       [] { return answers(concat({kRead, "000000"_hex}), "6982"_hex); }},
      {"ISO7816_O_55", "pace-cam", "lets EF.CardSecurity be read", [] { return answers(kRead, "3082 9000"_hex); }},
      {"ISO7816_O_56", "pace-cam", "lets EF.CardSecurity be read", [] { return answers(kRead, "3082 9000"_hex); }},
      {"ISO7816_O_57", "pace-cam", "has no EF.CardSecurity",
       [] {
         return Wrong{.reply = [](const CommandView& command, Reply& reply) {
           if (command.ins == 0xB0 && command.p1 == 0x9D) reply.response = applet_sim::apdu::ResponseApdu{0x6A82};
         }};
       }},
      {"ISO7816_O_58", "pace-cam", "shows EF.CardSecurity after its own mapping only",
       [] {
         return Wrong{.reply = [](const CommandView& command, Reply& reply) {
           if (command.ins == 0xB0 && command.p1 == 0x9D) reply.response = applet_sim::apdu::ResponseApdu{0x6982};
         }};
       }},

      {"ISO7816_Q_1", "pace-gm-ecdh", "hides EF.CardAccess", [] { return answers(kRead, "6982"_hex); }},
      {"ISO7816_Q_2", "pace-gm-ecdh", "knows no short identifier",
       [] { return answers(concat({kRead, "9C"_hex}), "6A82"_hex); }},
      {"ISO7816_Q_3", "pace-gm-ecdh", "leaves DO'53' out", [] { return gives(0xB1, "31"_hex); }},
      {"ISO7816_Q_4", "pace-gm-ecdh", "gives more than was asked for", [] { return gives(0xB1, "53023181"_hex); }},
      {"ISO7816_S_1", "pace-cam", "hides EF.CardSecurity",
       [] {
         return Wrong{.reply = [](const CommandView& command, Reply& reply) {
           if (command.ins == 0xA4 && equal(command.data, "011D"_hex)) reply.response.sw = 0x6A82;
         }};
       }},
      {"ISO7816_S_4", "pace-cam", "leaves DO'53' out", [] { return gives(0xB1, "30"_hex); }},
      {"ISO7816_S_5", "pace-cam", "reads EF.CardSecurity in plain", [] { return answers(kRead, "309000"_hex); }},
      {"ISO7816_S_6", "pace-cam", "reads EF.CardSecurity in plain", [] { return answers(kRead, "309000"_hex); }},
      {"ISO7816_S_7", "pace-cam", "reads EF.CardSecurity in plain",
       [] { return answers("00B1"_hex, "5301309000"_hex); }},
      {"ISO7816_S_8", "pace-cam", "reads EF.CardSecurity in plain",
       [] { return answers("00B1"_hex, "5301309000"_hex); }},
      {"ISO7816_T_1", "groups", "has no EF.ATR/INFO", [] { return refuses(0xA4, 0x6A82); }},
      {"ISO7816_T_3", "groups", "gives an empty DO'53'", [] { return gives(0xB1, "5300"_hex); }},
      {"ISO7816_U_2", "groups", "hides EF.DIR", [] { return answers(kRead, "6982"_hex); }},
      {"ISO7816_U_4", "groups", "does not know the instruction", [] { return refuses(0xB1, 0x6D00); }},

      {"ISO7816_R_2", "aa-rsa", "does not sign", [] { return refuses(0x88, 0x6D00); }},
      {"ISO7816_R_2", "aa-ecdsa", "gives a signature that is too long", [] { return longer(0x88); }},
      {"ISO7816_R_3", "aa-ecdsa", "fills a short challenge up",
       [] {
         return Wrong{.command = [](CommandApdu& command) {
           if (command.view().ins != 0x88) return;
           auto data = to_bytes(command.view().data);
           data.resize(8);
           command = CommandApdu{command.view(), std::move(data)};
         }};
       }},
      {"ISO7816_R_4", "aa-rsa", "cuts a long challenge",
       [] {
         return Wrong{.command = [](CommandApdu& command) {
           if (command.view().ins != 0x88) return;
           auto data = to_bytes(command.view().data);
           data.resize(8);
           command = CommandApdu{command.view(), std::move(data)};
         }};
       }},
      {"ISO7816_R_5", "aa-rsa", "signs another challenge",
       [] {
         return Wrong{.command = [](CommandApdu& command) {
           if (command.view().ins == 0x88) command = CommandApdu{command.view(), Bytes(8)};
         }};
       }},
      {"ISO7816_R_5", "aa-rsa", "changes a bit of its signature", [] { return changed(0x88); }},
      {"ISO7816_R_6", "aa-ecdsa", "changes a bit of its signature", [] { return changed(0x88); }},
      {"ISO7816_R_6", "aa-ecdsa", "signs another challenge",
       [] {
         return Wrong{.command = [](CommandApdu& command) {
           if (command.view().ins == 0x88) command = CommandApdu{command.view(), Bytes(8)};
         }};
       }},
      {"ISO7816_R_7", "groups", "does not sign under PACE", [] { return refuses(0x88, 0x6982); }},
  };
  return kRows;
}

class Caught final : public Utest {
 public:
  explicit Caught(const Row& row) : row_(row) {}
  void testBody() override {
    Bent bent{row_.make()};
    tests::Chip chip{row_.chip, &bent};
    for (const auto* const test : tests::file_cases()) {
      if (test->info.id != row_.id) continue;
      const auto outcome = chip.run(*test);
      if (outcome.verdict != Verdict::fail) {
        FAIL(
            fmt::format("{} on a chip that {}: {} ({})", row_.id, row_.what, to_string(outcome.verdict), outcome.reason)
                .c_str());
      }
      CHECK(!outcome.reason.empty());
      return;
    }
    FAIL("no such case");
  }

 private:
  const Row& row_;
};

class CaughtShell final : public UtestShell {
 public:
  explicit CaughtShell(const Row& row)
      : UtestShell("ConformChipFaults", "", __FILE__, __LINE__),
        row_(row),
        title_(fmt::format("{}_{}", row.id, row.what)) {
    for (auto& c : title_) {
      if (std::string_view{" '/"}.find(c) != std::string_view::npos) c = '_';
    }
    setTestName(title_.c_str());
    TestRegistry::getCurrentRegistry()->addTest(this);
  }
  Utest* createTest() override { return new Caught{row_}; }

 private:
  const Row& row_;
  std::string title_;
};

const auto kShells = [] {
  std::vector<std::unique_ptr<CaughtShell>> shells;
  for (const auto& row : rows()) shells.push_back(std::make_unique<CaughtShell>(row));
  return shells;
}();

}  // namespace
