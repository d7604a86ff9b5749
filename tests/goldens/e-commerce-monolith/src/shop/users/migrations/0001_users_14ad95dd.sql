CREATE TABLE "users" (
  "id" TEXT PRIMARY KEY,
  "created_at" TEXT NOT NULL,
  "email" TEXT NOT NULL, -- type email: str
  "login" TEXT NOT NULL, -- type login: str
  "name" TEXT NOT NULL, -- type name: str
  "password_hash" TEXT NOT NULL -- type password_hash: str
);
CREATE UNIQUE INDEX "users__login__unique" ON "users" ("login");
