// The watchman is watched: what the walls' test would miss is tested here.
#include "source_text.h"

#include "harness.h"

using namespace cicada::tests::architecture;

namespace {
const Wall kWall{
    .all_rooms = {"base", "host/sm", "host/lds", "applet-sim/sm", "crypto/openssl", "applet-sim/protocol/bac"},
    .allowed = {"base", "crypto/openssl"}};
std::size_t forbidden(std::string_view source) {
  return forbidden_includes("host/sm", kWall, source).size();
}
}  // namespace

TEST_GROUP(SourceText){};

TEST(SourceText, sees_an_include_of_another_room) {
  LONGS_EQUAL(1, forbidden("#include \"cicada/applet_sim/sm/x.h\"\n"));
  LONGS_EQUAL(1, forbidden("#include <cicada/host/lds/x.h>\n"));
  LONGS_EQUAL(0, forbidden("#include \"cicada/host/sm/codec.h\"\n#include \"cicada/base/hex.h\"\n#include <vector>\n"));
}

TEST(SourceText, sees_it_behind_conditions_and_odd_spelling) {
  LONGS_EQUAL(1, forbidden("#ifdef NEVER\n#include \"cicada/applet_sim/sm/x.h\"\n#endif\n"));
  LONGS_EQUAL(1, forbidden("#if 0\n  #  include\t\"cicada/applet_sim/sm/x.h\"\n#endif\n"));
  LONGS_EQUAL(1, forbidden("#if __has_include(\"cicada/applet_sim/sm/x.h\")\n#endif\n"));
  LONGS_EQUAL(1, forbidden("import <cicada/applet_sim/sm/x.h>;\n"));
}

TEST(SourceText, sees_a_path_that_walks_around) {
  LONGS_EQUAL(1, forbidden("#include \"../../applet-sim/sm/src/x.h\"\n"));
  LONGS_EQUAL(1, forbidden("#include \"applet-sim/sm/include/cicada/applet_sim/sm/x.h\"\n"));
}

TEST(SourceText, sees_a_room_that_does_not_exist_yet) {
  LONGS_EQUAL(1, forbidden("#include \"cicada/host/agent/x.h\"\n"));
}

TEST(SourceText, does_not_take_comments_for_includes) {
  LONGS_EQUAL(0,
              forbidden("// #include \"cicada/applet_sim/sm/x.h\"\n/* #include \"cicada/host/lds/x.h\"\n */ int a;\n"));
}

TEST(SourceText, tells_rooms_within_rooms_apart) {
  CHECK_STRING("applet-sim/protocol/bac", room_of_include("cicada/applet_sim/protocol/bac/bac.h", kWall.all_rooms));
  CHECK_STRING("applet-sim/sm", room_of_include("cicada/applet_sim/sm/a.h", kWall.all_rooms));
}

TEST(SourceText, finds_owned_words_in_code_only) {
  LONGS_EQUAL(1, foreign_words("host/sm/src/a.cpp", "auto* c = EVP_CIPHER_CTX_new();").size());
  LONGS_EQUAL(0, foreign_words("crypto/openssl/src/a.cpp", "auto* c = EVP_CIPHER_CTX_new();").size());
  LONGS_EQUAL(
      0, foreign_words("host/sm/src/a.cpp", "// EVP_CIPHER is not for us\nauto t = \"EVP_\"; char c = 'x';").size());
  LONGS_EQUAL(1, foreign_words("host/sm/src/a.cpp", "auto n = 1'000; std::cout << n;").size());
  LONGS_EQUAL(0, foreign_words("tools/cicada/main.cpp", "std::cout << 1;").size());
  LONGS_EQUAL(1, foreign_words("asn1/src/a.cpp", "#include <openssl/evp.h>\n").size());
  LONGS_EQUAL(1, foreign_words("host/inspect/src/a.cpp", "SCardTransmit(h);").size());
}

TEST(SourceText, is_not_fooled_by_literals) {
  CHECK_STRING("int a = " + std::string(7, ' ') + "; int b;", without_comments("int a = \"//\\\"x\"; int b;", false));
  LONGS_EQUAL(1, words("R\"x(EVP_a )\" )x\" EVP_b").contains("EVP_b") ? 1 : 0);
  LONGS_EQUAL(0, words("R\"x(EVP_a )\" )x\" EVP_b").contains("EVP_a") ? 1 : 0);
}
